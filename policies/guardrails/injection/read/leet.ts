const LETTERS: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  8: 'b',
  9: 'g',
  $: 's',
  '!': 'i',
}

/** What a word with digits or signs in place of letters may be read as; none where it has none, or no letter. */
export function leetReadings(word: string): readonly string[] {
  if (!/[0-9$!]/.test(word) || !/[a-z]/.test(word)) return []
  const as = (one: string): string => {
    let read = ''
    for (const character of word)
      read += character === '1' || character === '!' ? one : (LETTERS[character] ?? character)
    return read
  }
  return [...new Set([as('i'), as('l')])]
}
