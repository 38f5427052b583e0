/** The edges of a tree of numbered nodes, by node and symbol, in arrays: for trees of some hundred thousand nodes. */
export interface Edges {
  /** The node that the edge leads to; -1 where there is none. */
  target(node: number, symbol: number): number
  /** Adds an edge that is not there; `target` is not 0. */
  add(node: number, symbol: number, target: number): void
}

const GOLDEN = 0x9e3779b1

/** An open-addressing table; `most` is how many edges there will be at most. */
export function createEdges(most: number): Edges {
  let size = 16
  while (size < most * 2) size *= 2
  const mask = size - 1
  const nodes = new Int32Array(size)
  const symbols = new Int32Array(size)
  /** 0 where the slot is free: no edge leads to the root. */
  const targets = new Int32Array(size)

  const slotOf = (node: number, symbol: number): number => {
    const mixed = Math.imul(node ^ Math.imul(symbol, 0x85ebca6b), GOLDEN)
    let slot = (mixed ^ (mixed >>> 15)) & mask
    while (targets[slot] !== 0 && (nodes[slot] !== node || symbols[slot] !== symbol)) slot = (slot + 1) & mask
    return slot
  }

  return {
    target(node, symbol) {
      const slot = slotOf(node, symbol)
      return targets[slot] || -1
    },
    add(node, symbol, target) {
      const slot = slotOf(node, symbol)
      nodes[slot] = node
      symbols[slot] = symbol
      targets[slot] = target
    },
  }
}
