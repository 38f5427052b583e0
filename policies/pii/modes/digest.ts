/** HMAC-SHA-256 under a secret key that belongs to one tenant: at least 16 bytes that nobody else can tell. */
export type Digest = (text: string) => Uint8Array

/** A whole number from 0 up to, without, `limit`. */
export type Random = (limit: number) => number

/** Numbers that depend on the key and on the words only; whoever does not have the key learns nothing of the words from them. */
export function randomOf(digest: Digest, ...words: readonly string[]): Random {
  const seed = digest(words.join('\u0000'))
  const word = (index: number): number =>
    [0, 1, 2, 3].reduce((value, byte) => (value << 8) | (seed[index * 4 + byte] ?? 0), 0)
  let [a, b, c, counter] = [word(0), word(1), word(2), word(3)]
  // Small Fast Counter (sfc32): the digest is the seed, so that thousands of numbers cost one digest.
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) next()
  return (limit) => Math.floor((next() / 0x1_0000_0000) * limit)
}

/** One of `choices`, which are not empty. */
export function pick<Choice>(random: Random, choices: readonly [Choice, ...Choice[]]): Choice {
  return choices[random(choices.length)] ?? choices[0]
}
