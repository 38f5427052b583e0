/** FNV-1a over UTF-16 units, 32 bits. */
export function hashOf(text: string, from = 0, to = text.length): number {
  let hash = 0x811c9dc5
  for (let index = from; index < to; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return mixed(hash)
}

/** One hash of two. */
export function hashPair(left: number, right: number): number {
  return mixed(Math.imul(left, 0x9e3779b1) ^ (right + 0x7f4a7c15))
}

function mixed(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
