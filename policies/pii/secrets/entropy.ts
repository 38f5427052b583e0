const counts = new Uint16Array(128)

/** Shannon's entropy of the text's characters, in bits per character; 0 for the empty text. */
export function entropy(text: string): number {
  counts.fill(0)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index) & 127
    counts[code] = (counts[code] ?? 0) + 1
  }
  let sum = 0
  for (const count of counts) if (count > 1) sum += count * Math.log2(count)
  return text.length === 0 ? 0 : Math.log2(text.length) - sum / text.length
}
