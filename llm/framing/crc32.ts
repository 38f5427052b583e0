/** One step of the CRC for each value of a byte, with the reversed polynomial of ISO 3309. */
const STEPS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let step = byte
  for (let bit = 0; bit < 8; bit++) step = step & 1 ? (step >>> 1) ^ 0xedb88320 : step >>> 1
  return step
})

/**
 * The CRC-32 of gzip (RFC 1952, section 8) of the bytes from `from` up to `to`, as an unsigned integer; `before` is that of the
 * bytes that came earlier.
 */
export function crc32(bytes: Uint8Array, before = 0, from = 0, to = bytes.length): number {
  let crc = ~before
  for (let i = from; i < to; i++) crc = (crc >>> 8) ^ (STEPS[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0)
  return ~crc >>> 0
}
