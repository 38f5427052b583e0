/**
 * Converse holds encrypted thinking as bytes, and they are the text that Anthropic's own API has in `data`; the vocabulary
 * holds that text, so that it can go back through either. `bytes` is base64.
 */
export function redactedFromWire(bytes: string): string {
  const text = Buffer.from(bytes, 'base64').toString('latin1')
  // Anything but text is kept as it came.
  return /^[\x21-\x7e]+$/.test(text) ? text : bytes
}

/** The base64 of the bytes that stand for this encrypted thinking. */
export function redactedToWire(data: string): string {
  return Buffer.from(data, 'utf8').toString('base64')
}
