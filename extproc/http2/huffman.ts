import { ConnectionError } from './errors.js'

/**
 * Lengths in bits of the codes of RFC 7541, appendix B, by symbol, as digits of base 36. The code is canonical: shorter codes come before longer
 * ones, and those of one length in the order of their symbols. The last one says that the text is over, and is only used to fill up.
 */
const LENGTHS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca' +
  'd67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn' +
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq' +
  'u'

const END = 256

/** A binary tree: at twice a node's number what follows it with a 0, beside it what follows with a 1; symbols are below zero. */
const TREE = treeOf([...LENGTHS].map((digit) => Number.parseInt(digit, 36)))

/** Text that is coded as RFC 7541, 5.2, has it, one character for each byte. Throws `ConnectionError`. */
export function huffmanText(bytes: Buffer, from: number, to: number): string {
  const codes: number[] = []
  let node = 0
  let bits = 0
  let ones = true
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    for (let bit = 7; bit >= 0; bit--) {
      const next = TREE[2 * node + ((byte >> bit) & 1)] as number
      bits++
      ones &&= ((byte >> bit) & 1) === 1
      if (next >= 0) {
        node = next
        continue
      }
      if (~next === END) throw new ConnectionError('compression', 'a text with its end inside')
      codes.push(~next)
      node = 0
      bits = 0
      ones = true
    }
  }
  if (bits > 7 || !ones) throw new ConnectionError('compression', 'a text that is not filled up with ones')
  return Buffer.from(codes).toString('latin1')
}

function treeOf(lengths: readonly number[]): Int16Array {
  const tree = new Int16Array(2 * lengths.length)
  let nodes = 1
  let code = 0
  for (let length = 1; length <= 30; length++) {
    code *= 2
    for (const [symbol, its] of lengths.entries()) {
      if (its !== length) continue
      let node = 0
      for (let bit = length - 1; bit > 0; bit--) {
        const at = 2 * node + ((code >> bit) & 1)
        if (tree[at] === 0) tree[at] = nodes++
        node = tree[at] as number
      }
      tree[2 * node + (code & 1)] = ~symbol
      code++
    }
  }
  return tree
}
