/** How much each language looks like a text, above 0, by ISO 639-1; undefined where the text tells too little. */
export type LanguageDetector = (text: string) => ReadonlyMap<string, number> | undefined

/** What the library's scores are scaled by, to lie below 1. */
const SCALE = 25

/** Loads the detector: a few hundred milliseconds once, and some 40 MB. */
export async function loadLanguageDetector(): Promise<LanguageDetector> {
  const { eld } = await import('eld/extrasmall')
  return (text) => {
    const result = eld.detect(text)
    if (!result.isReliable()) return undefined
    return new Map(
      Object.entries(result.getScores()).map(([language, score]) => [language, (SCALE * score) / (1 - score)]),
    )
  }
}
