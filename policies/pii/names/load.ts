import { type NameModel, readModel } from './model.js'

/** Where the weights are, as a module's text: nobody imports it, so that it takes no memory where no names are looked for. */
const WEIGHTS = new URL('./weights.js', import.meta.url)

/** Gives what was learned; reads it on first use and keeps it. Throws what `readFile` throws, and an Error for weights that are not whole. */
export function nameModelFrom(readFile: (file: URL) => string): () => NameModel {
  let model: NameModel | undefined
  return () => {
    model ??= readModel(decodeBase64(literalIn(readFile(WEIGHTS))))
    return model
  }
}

/** The text between the first two quotes. */
function literalIn(source: string): string {
  return source.split("'", 2)[1] ?? ''
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function decodeBase64(text: string): Uint8Array {
  const values = new Uint8Array(128)
  for (let value = 0; value < ALPHABET.length; value++) values[ALPHABET.charCodeAt(value)] = value
  const digits = text.replace(/=+$/, '').length
  const bytes = new Uint8Array(Math.floor((digits * 3) / 4))
  let held = 0
  let bits = 0
  let at = 0
  for (let index = 0; index < digits; index++) {
    held = ((held << 6) | (values[text.charCodeAt(index) & 127] ?? 0)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (held >> bits) & 0xff
  }
  return bytes
}
