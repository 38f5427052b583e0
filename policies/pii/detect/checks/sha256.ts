/** The first `count` primes. */
function primes(count: number): readonly number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}

/** The first 32 bits of the fractional part. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32) | 0
}

const ROUND_CONSTANTS = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)))
const INITIAL = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)))

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

function padded(bytes: Uint8Array): DataView {
  const length = (bytes.length + 9 + 63) & ~63
  const view = new DataView(new ArrayBuffer(length))
  bytes.forEach((byte, index) => {
    view.setUint8(index, byte)
  })
  view.setUint8(bytes.length, 0x80)
  view.setUint32(length - 4, bytes.length * 8)
  return view
}

function schedule(view: DataView, offset: number, words: Int32Array): void {
  for (let t = 0; t < 16; t++) words[t] = view.getInt32(offset + t * 4)
  for (let t = 16; t < 64; t++) {
    const a = words[t - 15] ?? 0
    const b = words[t - 2] ?? 0
    const small = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)
    const large = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)
    words[t] = ((words[t - 16] ?? 0) + small + (words[t - 7] ?? 0) + large) | 0
  }
}

function compress(state: Int32Array, words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let t = 0; t < 64; t++) {
    const choice = (e & f) ^ (~e & g)
    const first =
      (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + (ROUND_CONSTANTS[t] ?? 0) + (words[t] ?? 0)) | 0
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  const added = [a, b, c, d, e, f, g, h]
  for (let index = 0; index < 8; index++) state[index] = ((state[index] ?? 0) + (added[index] ?? 0)) | 0
}

/** SHA-256 (FIPS 180-4) of less than 512 MiB; for the check sums of addresses, not for secrets. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const view = padded(bytes)
  const state = Int32Array.from(INITIAL)
  const words = new Int32Array(64)
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    schedule(view, offset, words)
    compress(state, words)
  }
  const digest = new DataView(new ArrayBuffer(32))
  state.forEach((word, index) => {
    digest.setInt32(index * 4, word)
  })
  return new Uint8Array(digest.buffer)
}
