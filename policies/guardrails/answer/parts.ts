import type { JsonValue } from '../../../core/json.js'
import { mapTexts } from '../../content/value-texts.js'
import type { SiteKind } from '../../content/walk.js'
import { walkText } from '../../content/walk-text.js'
import { type Edits, REMOVED, rewrittenText } from '../edits.js'

/** The texts within something, and a way to write it with some of them changed. */
export interface Parts<Whole> {
  readonly texts: readonly string[]
  /** With these edits, one list for each text; undefined where none changes anything. */
  written(edits: readonly Edits[]): Whole | undefined
}

/** A text by itself. */
export function textParts(text: string): Parts<string> {
  return { texts: [text], written: ([edits]) => (edits?.length ? rewrittenText(text, edits) : undefined) }
}

/**
 * The strings and names in the arguments of a call, JSON within strings too. What is no JSON is judged as it stands and with its
 * escapes read: somebody may read it as JSON all the same.
 */
export function argumentParts(text: string): Parts<string> {
  const texts: string[] = []
  walk(text, (said) => void texts.push(said))
  if (texts.length !== 1 || texts[0] !== text)
    return { texts, written: (edits) => (isTouched(edits) ? walk(text, putting(edits)) : undefined) }
  const meant = unescaped(text)
  if (meant === text) return textParts(text)
  return {
    texts: [text, meant],
    written: ([edits = [], inMeaning = []]) => {
      if (inMeaning.length > edits.length) return rewrittenText(text, [{ start: 0, end: text.length, text: REMOVED }])
      return edits.length > 0 ? rewrittenText(text, edits) : undefined
    },
  }
}

function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** What an application hands over is walked, as requests are. */
function walk(text: string, put: (said: string) => string | undefined): string {
  const visit = (said: string, kind: SiteKind) => (kind === 'number' ? undefined : put(said))
  return walkText({ contentOf: () => 'data', source: 'assistant', visit, unscannable() {}, read: 0, steps: [] }, text)
}

/** The texts of a value that a provider's dialect has of its own, ids and words of the API left out. */
export function valueParts<Value extends JsonValue>(value: Value): Parts<Value> {
  const texts: string[] = []
  const each = (put: (text: string) => string | undefined) =>
    mapTexts(value, ({ text, treated }) => (treated === 'wholly' ? put(text) : undefined))
  each((text) => void texts.push(text))
  return { texts, written: (edits) => (isTouched(edits) ? each(putting(edits)) : undefined) }
}

const isTouched = (edits: readonly Edits[]) => edits.some(({ length }) => length > 0)

function putting(edits: readonly Edits[]): (text: string) => string | undefined {
  let next = 0
  return (text) => {
    const own = edits[next++]
    return own && own.length > 0 ? rewrittenText(text, own) : undefined
  }
}
