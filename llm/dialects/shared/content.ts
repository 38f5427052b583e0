import type { Content, ContentOf, Place } from '../../../core/content.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isArray } from './arrays.js'

/** `sealed`: a word whatever is in it. What opens other services to the API, signatures, and what is encrypted must stay. */
type Held = Content | 'sealed'

/**
 * What a member holds, or how its value, the object around it and its place tell. Where a member beside it that the API ignores must
 * not hide anything the place tells.
 */
export type Rule = Held | ((value: JsonValue | undefined, owner: JsonObject, place: Place) => Held)

/**
 * A dialect's members by their names. What it does not name is taken for data of the application's own: a member that nobody here
 * knows must not carry anything past those who look. For the same reason a word that is none is text, and a word where an object
 * stands has members of its own, which are asked about. `spelling` gives the name to look up.
 */
export function contentBy(
  rules: Readonly<Record<string, Rule>>,
  spelling: (name: string) => string = (name) => name,
): ContentOf {
  const known = new Map(Object.entries(rules))
  return (owner, name, place) => {
    const rule = known.get(spelling(name)) ?? 'data'
    const held = typeof rule === 'function' ? rule(owner[name], owner, place) : rule
    if (held === 'sealed') return 'word'
    return held === 'word' && !isWord(owner[name]) ? 'wire' : held
  }
}

/** No word of an API has an address or a second word in it. */
function isWord(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return !/[\s@]/.test(value)
  return isArray(value) ? value.every(isWord) : !isObject(value)
}

/** The same rule for several names. */
export function each(rule: Rule, ...names: readonly string[]): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.map((name) => [name, rule]))
}

/** A URL or an id of media; where it is an object, that has members of its own. */
export const mediaOrObject: Rule = (value) => (isObject(value) ? 'wire' : 'media')

/** Text, or tokens of some model's vocabulary, which nobody here reads. */
export const textOrTokens: Rule = (value) =>
  isArray(value) && value.some((entry) => typeof entry === 'number' || isArray(entry)) ? 'media' : 'wire'

/** How likely each token was: the text once more, in pieces that hold no whole value. As an option it is a switch or a number. */
export const tokenPieces: Rule = (value) => (isArray(value) || isObject(value) ? 'media' : 'word')

/** Where a link stands beside what is said of its page it is text like that; alone, or in media, it is where that is to be found. */
export const linkOrMedia: Rule = (_, owner, place) => {
  const holder = typeof place.at(-1) === 'number' ? place.at(-2) : place.at(-1)
  return ('title' in owner || 'start_index' in owner) && !MEDIA_HOLDERS.has(holder) ? 'wire' : 'media'
}

const MEDIA_HOLDERS: ReadonlySet<unknown> = new Set([
  ...['image_url', 'video_url', 'audio_url', 'document_url', 'file', 'mask', 'image', 'image[]', 'images'],
])

/** What sampling, billing and streaming go by in all of OpenAI's APIs, and in those of servers that are nearly compatible. */
export const OPENAI_OPTIONS: Readonly<Record<string, Rule>> = each(
  'word',
  ...['model', 'models', 'type', 'object', 'role', 'id', 'status', 'index', 'created', 'created_at', 'n', 'seed'],
  ...['temperature', 'top_p', 'top_k', 'top_a', 'min_p', 'random_seed', 'frequency_penalty', 'presence_penalty'],
  ...['repetition_penalty', 'length_penalty', 'best_of', 'echo', 'stop_token_ids', 'bad_words_ids', 'max_tokens'],
  ...['max_completion_tokens', 'min_tokens', 'max_output_tokens', 'service_tier', 'verbosity', 'store', 'stream'],
  ...['include_usage', 'include_obfuscation', 'effort', 'reasoning_effort', 'budget_tokens', 'detail', 'ttl'],
  ...['prompt_cache_retention', 'prompt_cache_options', 'prompt_cache_breakpoint', 'cache_control', 'strict'],
  ...['search_context_size', 'syntax', 'background', 'parallel_tool_calls'],
  ...['encoding_format', 'usage'],
  // OpenRouter's choice of providers.
  ...['provider', 'order', 'only', 'ignore', 'sort'],
  ...['quantizations', 'data_collection', 'route', 'transforms', 'preset'],
)

/** What people write, and who they are: the end user's identifiers leave as well. */
export const OPENAI_TEXTS: Readonly<Record<string, Rule>> = {
  ...each('wire', 'user', 'safety_identifier', 'prompt_cache_key', 'stop', 'suffix', 'instructions', 'user_location'),
  ...each('wire', 'stream_options', 'approximate'),
  metadata: 'data',
  // Numbers by tokens.
  logit_bias: 'sealed',
  ...each('sealed', 'signature', 'encrypted_content'),
}
