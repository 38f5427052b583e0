/** As many units as one call may safely take for arguments. */
const CHUNK = 4096

/** The text of these UTF-16 units. */
export function textOf(codes: Uint16Array): string {
  let text = ''
  for (let offset = 0; offset < codes.length; offset += CHUNK) {
    text += Reflect.apply(String.fromCharCode, undefined, codes.subarray(offset, offset + CHUNK))
  }
  return text
}

/** The index of the first of `length` ascending starts that is not before `offset`. */
export function firstFrom(starts: Int32Array, length: number, offset: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}
