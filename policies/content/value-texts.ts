import { isList, isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import { atOnce, type Steps } from '../../core/turns.js'
import { isBase64 } from './base64.js'
import { mapList, mapNamed } from './sharing.js'
import { isDataUrl } from './text-file.js'

/** One text of a value that a provider's dialect has of its own. */
export interface ValueText {
  readonly text: string
  /** How it is to be read; `json` is valid. */
  readonly form: 'text' | 'json'
  /** `restored`: an id, or a word of the API's, which must not be taken for a value of somebody's. */
  readonly treated: 'restored' | 'wholly'
}

/**
 * The value with what `put` gives in the places of its texts, undefined leaving one as it is; the same value where that changes
 * nothing. The same texts come in the same order each time. Bytes as base64 are none. What a tool is called with, or has answered,
 * is one text in JSON: its numbers and names of members count, as they do where it is streamed.
 */
export function mapTexts<V extends JsonValue>(value: V, put: (text: ValueText) => string | undefined): V
export function mapTexts(value: JsonValue, put: (text: ValueText) => string | undefined): JsonValue {
  const text = (said: string, name: string): string => (isBytes(said, name) ? said : (put(read(said, name)) ?? said))
  const data = (said: JsonValue): JsonValue => {
    const made = put({ text: JSON.stringify(said), form: 'json', treated: 'wholly' })
    return made === undefined ? said : (JSON.parse(made) as JsonValue)
  }
  const named = (object: JsonObject): Steps<JsonObject> =>
    mapNamed(
      object,
      (name) => put({ text: name, form: 'text', treated: IDENTIFIER.test(name) ? 'restored' : 'wholly' }) ?? name,
      within,
    )
  function* within(inner: JsonValue, name: string): Steps<JsonValue> {
    if (typeof inner === 'string') return text(inner, name)
    if (typeof inner !== 'object' || inner === null) return inner
    if (DATA.has(name)) return data(inner)
    if (isList(inner)) return yield* mapList(inner, (entry) => within(entry, name))
    return isObject(inner) ? yield* named(inner) : inner
  }
  return atOnce(within(value, ''))
}

/** What members of an API are called. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/

/** Where arguments and results of tools stand, in any dialect. */
const DATA = new Set(['input', 'args', 'arguments', 'response', 'attributes', 'json'])

/** Members with the API's own words, ids, and what only the provider can read. */
const OWN = /^(?:type|object|role|status|ids?)$|_ids?$|[a-z]Ids?$/
const SEALED = /^encrypted(?:_|[A-Z])|^(?:thought_?)?signature$/i

function read(text: string, name: string): ValueText {
  const own = SEALED.test(name) || (OWN.test(name) && !/[\s@]/.test(text))
  return { text, form: isJson(text) ? 'json' : 'text', treated: own ? 'restored' : 'wholly' }
}

function isJson(text: string): boolean {
  if (!/^[ \t\r\n]*[{[]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Where pictures and sound stand, in pieces of any length when they are streamed. */
const MEDIA = new Set(['data', 'b64_json', 'result', 'partial_image_b64'])
const LONG = 4096
const LEAST = 64

/** All of it a picture or sound as base64, alone or in a `data:` URL: no text. */
function isBytes(text: string, name: string): boolean {
  return isDataUrl(text) || (text.length > (MEDIA.has(name) ? LEAST : LONG) && isBase64(text))
}
