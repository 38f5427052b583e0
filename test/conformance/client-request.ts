import type { ChatRequest } from '../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import type { Dialect } from '../../core/provider.js'
import type { Recording } from './recording.js'

/**
 * The request whose answer is compared, in the client's dialect, without its model and whether to stream: the recorded one
 * where it already is one, else decoded from its own dialect and encoded again; a minimal one where no request was recorded.
 * Throws what the dialects throw.
 */
export function clientRequest(recording: Recording, recorded: Dialect, client: Dialect): JsonObject {
  const { request, stream } = recording
  if (client.task === 'embeddings') return embeddingsRequest(request.body ?? {}, client === recorded)
  const body = request.body && without(request.body, STATE[recorded.name] ?? [])
  if (body !== null && client === recorded) return without(body, PLACE)
  const decoded = body === null ? minimal(stream) : decode(body, recorded, stream)
  return without(client.encodeRequest(decoded, {}).body, PLACE)
}

/** Recorded requests for embeddings are in as many forms as there are providers; their texts are all that matters here. */
function embeddingsRequest(body: JsonObject, own: boolean): JsonObject {
  // Without the member the official client asks for base64, whatever was recorded.
  if (own) return without({ encoding_format: 'float', input: 'hi', ...body }, PLACE)
  return { input: textsIn(body) }
}

function textsIn({ input, texts, inputText, content, requests }: JsonObject): JsonValue {
  if (Array.isArray(requests)) return requests.map((one: JsonValue) => (isObject(one) ? textOf(one['content']) : ''))
  return input ?? texts ?? inputText ?? (content === undefined ? 'hi' : textOf(content))
}

function textOf(content: JsonValue | undefined): string {
  const parts: JsonValue | undefined = isObject(content) ? content['parts'] : undefined
  return (Array.isArray(parts) ? parts : []).map((part: JsonValue) => (isObject(part) ? part['text'] : '')).join('')
}

/** Answers that the provider keeps cannot be gone on with elsewhere: Tollgate refuses these members, the rest is asked. */
const STATE: Readonly<Record<string, readonly string[]>> = {
  'openai-responses': ['previous_response_id', 'conversation', 'background', 'prompt'],
}

/** Where a request goes, and how hosts tell their version of Anthropic's API. */
const PLACE = ['model', 'stream', 'anthropic_version']

const without = (body: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))

function decode(body: JsonObject, recorded: Dialect, stream: boolean): ChatRequest {
  // Several prompts at once, and prompts of token ids, are legacy Completions' own.
  const prompt = body['prompt'] !== undefined && typeof body['prompt'] !== 'string' ? { prompt: 'hi' } : {}
  const asked = { ...body, ...prompt, model: 'm', ...(stream && { stream }) }
  return recorded.decodeRequest(asked, { model: 'm', stream })
}

const minimal = (stream: boolean): ChatRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  tools: [],
  stop: [],
  n: 1,
  stream,
  includeUsage: true,
  extras: { dialect: 'none', fields: new Map() },
})

/** Whether the client may see usage: always, but for streams of OpenAI's chat completions that did not ask for it. */
export function seesUsage(request: JsonObject, stream: boolean, client: Dialect): boolean {
  const options = request['stream_options']
  return (
    !stream ||
    !/^openai-(chat|completions)$/.test(client.name) ||
    (isObject(options) && options['include_usage'] === true)
  )
}
