import type { ChatRequest, Message } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { EncodedRequest, ModelLimits } from '../../../core/provider.js'
import { atOnce, type Steps } from '../../../core/turns.js'
import { isArray } from '../shared/arrays.js'
import { defined } from '../shared/defined.js'
import { DroppedPaths } from '../shared/dropped-paths.js'
import { asksForThinking, type EmulatedFormat, emulateFormat } from '../shared/emulated-format.js'
import { isDocument } from './documents.js'
import { encodeMessages } from './encode-messages.js'
import { encodeSampling } from './encode-sampling.js'
import { encodeThinking } from './encode-thinking.js'
import { encodeTools } from './encode-tools.js'
import { extraMembers } from './extras.js'
import { type ModelTraits, traitsOf } from './models.js'
import { NAME } from './name.js'
import { renameTools, sayableName } from './tool-names.js'
import type { Client, Drop } from './words.js'

/**
 * Writes a request as the body of `POST /v2/chat`: https://docs.cohere.com/reference/chat. Never throws: what cannot be said
 * is dropped and named. JSON that the API cannot be asked for in this request is asked for by a tool or in words.
 */
export const encodeRequest = (request: ChatRequest, limits: ModelLimits): EncodedRequest =>
  atOnce(encodeInSteps(request, limits))

/** The same in steps. */
export function* encodeInSteps(request: ChatRequest, limits: ModelLimits): Steps<EncodedRequest> {
  const traits = traitsOf(request.model)
  const client: Client = request.extras.dialect === NAME ? 'own' : 'other'
  if (client === 'own') return yield* encode(request, traits, client, limits)
  const renamed = yield* renameTools(request)
  const sayable = renamed?.request ?? request
  const emulation = yield* emulatedFormat(sayable, traits)
  const encoded = yield* encode(emulation?.request ?? sayable, traits, client, limits)
  if (emulation === undefined && renamed === undefined) return encoded
  return {
    ...encoded,
    ...(emulation && { emulated: emulation.emulated, restore: emulation.restore }),
    ...(renamed && { restore: () => renamed.restore(emulation?.restore()) }),
  }
}

/** JSON that is asked for in another way; undefined where the API has its own, or none is wanted. */
function* emulatedFormat(request: ChatRequest, { toolChoice }: ModelTraits): Steps<EmulatedFormat | undefined> {
  const { responseFormat: format } = request
  if (takesFormat(request)) return undefined
  const forcible = toolChoice === 'taken' && !asksForThinking(request) ? 'named' : 'none'
  // Its name may become a tool's.
  const named = format?.type === 'json-schema' ? { ...format, name: sayableName(format.name) } : format
  return yield* emulateFormat(defined({ ...request, responseFormat: named }), forcible)
}

/** JSON is an object to this API, and goes with neither tools nor documents. */
function takesFormat({ responseFormat: format, tools, messages }: ChatRequest): boolean {
  if (format === undefined) return true
  const type = format.type === 'json-schema' ? format.schema?.type : undefined
  if (type !== undefined && type !== 'object') return false
  return !tools.some(({ kind }) => kind === 'function') && !messages.some(holdsDocument)
}

const holdsDocument = (message: Message): boolean => message.role === 'user' && message.content.some(isDocument)

function* encode(
  request: ChatRequest,
  traits: ModelTraits,
  client: Client,
  limits: ModelLimits,
): Steps<EncodedRequest> {
  const paths = new DroppedPaths()
  const drop: Drop = (path) => paths.add(path)
  dropUnsayable(request, drop)
  const extras = yield* extraMembers(request.extras, drop)
  const { messages, documents } = yield* encodeMessages(request, { traits, client, drop })
  const cited = [...(isArray(extras.documents) ? extras.documents : []), ...documents]
  const body = defined({
    ...extras,
    model: request.model,
    messages,
    ...(yield* encodeTools(request, traits, client, drop)),
    documents: cited.length === 0 ? undefined : cited,
    response_format: encodeFormat(request.responseFormat, client),
    ...encodeSampling(request, limits, client, drop),
    thinking: encodeThinking(request.reasoning, traits, client, drop),
    stream: request.stream,
  })
  return { body, dropped: [...paths] }
}

/** Reports what this API has no member for, as OpenAI's clients call it. Values that say nothing are no loss. */
function dropUnsayable(request: ChatRequest, drop: Drop): void {
  const lost = {
    n: request.n > 1,
    logit_bias: Object.keys(request.logitBias ?? {}).length > 0,
    user: request.user !== undefined && request.user !== '',
    metadata: Object.keys(request.metadata ?? {}).length > 0,
    service_tier: request.serviceTier !== undefined && !['auto', 'default'].includes(request.serviceTier),
  }
  for (const [name, isLost] of Object.entries(lost)) if (isLost) drop(name)
}

function encodeFormat(format: ChatRequest['responseFormat'], client: Client): JsonObject | undefined {
  if (format === undefined) return undefined
  // What every model answers with unless it is told otherwise.
  if (format.type === 'text') return client === 'own' ? { type: 'text' } : undefined
  return defined({ type: 'json_object', json_schema: format.type === 'json' ? undefined : format.schema })
}
