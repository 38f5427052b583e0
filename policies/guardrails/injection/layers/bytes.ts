/** Runs of characters that may stand for bytes, and what they stand for. */
interface Alphabet {
  readonly holds: (code: number) => boolean
  readonly shortest: number
  readonly decode: (run: string) => readonly Uint8Array[]
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const VALUES64 = valuesOf(`${BASE64}`, [
  ['-', 62],
  ['_', 63],
])
const VALUES32 = valuesOf(BASE32, [])

function valuesOf(alphabet: string, more: readonly (readonly [string, number])[]): Int8Array {
  const values = new Int8Array(128).fill(-1)
  for (let index = 0; index < alphabet.length; index++) values[alphabet.charCodeAt(index)] = index
  for (const [character, value] of more) values[character.charCodeAt(0)] = value
  return values
}

/** Bytes of as many bits per character as given; what is left over at the end is dropped. */
function fromBits(run: string, values: Int8Array, bits: number): Uint8Array {
  const bytes = new Uint8Array(Math.floor((run.length * bits) / 8))
  let held = 0
  let count = 0
  let length = 0
  for (let index = 0; index < run.length; index++) {
    const value = values[run.charCodeAt(index)] ?? -1
    if (value < 0) break
    held = ((held << bits) | value) & 0xffff
    count += bits
    if (count < 8) continue
    count -= 8
    bytes[length++] = (held >> count) & 0xff
  }
  return bytes.subarray(0, length)
}

/** Alphabets of words hold words, too: what is behind a sign of theirs may be a run of its own. */
function base64Readings(run: string): readonly Uint8Array[] {
  const parts = [run, ...run.split(/[/_-]/).filter((part) => part.length >= 16 && part.length < run.length)]
  const aligned = parts.slice(0, 6).map((part) => fromBits(part, VALUES64, 6))
  // The beginning may have been cut off.
  const cut = run.length > 200 ? [1, 2, 3].map((skip) => fromBits(run.slice(skip), VALUES64, 6)) : []
  return [...aligned, ...cut]
}

function hexBytes(run: string): readonly Uint8Array[] {
  const bytes = new Uint8Array(run.length >> 1)
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number.parseInt(run.slice(2 * index, 2 * index + 2), 16)
  return [bytes]
}

const is = (values: Int8Array) => (code: number) => (values[code] ?? -1) >= 0

export const ALPHABETS: readonly Alphabet[] = [
  { holds: (code) => /[0-9a-fA-F]/.test(String.fromCharCode(code)), shortest: 16, decode: hexBytes },
  { holds: is(VALUES32), shortest: 24, decode: (run) => [fromBits(run, VALUES32, 5)] },
  { holds: is(VALUES64), shortest: 16, decode: base64Readings },
]

const DECODER = new TextDecoder('utf-8')

/** Text of bytes; where they are none it has U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return DECODER.decode(bytes)
}
