import type { JsonObject } from '../../../core/json.js'
import type { Understood } from './understood.js'

/** What the model answers. */
export type Script =
  | {
      readonly kind: 'answer'
      readonly thought?: string
      /** The text as it is streamed. */
      readonly pieces: readonly string[]
      readonly calls: readonly { readonly name: string; readonly args: JsonObject }[]
      /** Whether the answer breaks off here with an error of the vendor's. */
      readonly end: 'complete' | 'broken'
    }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }

/** The object that an answer in JSON consists of. */
export const REPORT: JsonObject = { city: 'Rome', degrees: 21 }

/** What an error of the vendor's says. */
export const VENDOR_WORDS = 'The model is not in the mood.'

/** Tokens of every answer. */
export const USAGE = { input: 11, output: 7 }

/** How many pieces the answer to `count` has. */
export const LONG = 500

/**
 * A model that does what it is told, so that a test sees whether it was told right:
 *
 * | the user's words | answer |
 * | --- | --- |
 * | `fail 400` | an error with that status |
 * | `fail midway` | some text, then an error |
 * | `count` | `LONG` numbers, one per piece |
 * | cities, beside tools | a call per city, with a thought where the words include `think` |
 * | results of calls | each call's city with its result |
 * | a picture | its type and size |
 * | a schema, or another tool that must be called | `REPORT` |
 * | anything else | `one two three four` up to the first stop sequence, after the system's words |
 */
export function scriptFor(understood: Understood): Script {
  const { text, results, tools, images, forced } = understood
  const failure = /fail (\d{3})/.exec(text)
  if (failure) return { kind: 'refused', status: Number(failure[1]), message: VENDOR_WORDS }
  if (text.includes('fail midway')) return { ...answer(['one ', 'two ']), end: 'broken' }
  if (text.includes('count')) return answer(Array.from({ length: LONG }, (_, index) => `${index} `))
  if (results.length > 0) return answer(results.map(({ args, text: said }) => `${args['city']}: ${said};`))
  const cities = text.match(/Rome|Paris/g)
  if (cities && tools.includes('weather')) {
    const calls = cities.map((city) => ({ name: 'weather', args: { city } }))
    return { ...answer([]), calls, ...(text.includes('think') && { thought: 'I have to look.' }) }
  }
  if (forced !== undefined) return { ...answer([]), calls: [{ name: forced, args: REPORT }] }
  // Where a vendor has no schemas, it may stand in the words.
  if (understood.json || /JSON Schema/i.test(`${understood.system} ${text}`)) return answer([JSON.stringify(REPORT)])
  if (images.length > 0) return answer(images.map(({ mediaType, bytes }) => `${mediaType} of ${bytes} bytes`))
  return answer(piecesUpTo(understood.stop, [`${understood.system} `, 'one ', 'two ', 'three ', 'four']))
}

const answer = (pieces: readonly string[]): Extract<Script, { kind: 'answer' }> => ({
  ...{ kind: 'answer', pieces, calls: [], end: 'complete' },
})

function piecesUpTo(stop: readonly string[], pieces: readonly string[]): readonly string[] {
  const end = pieces.findIndex((piece) => stop.some((word) => piece.includes(word)))
  return end === -1 ? pieces : pieces.slice(0, end)
}
