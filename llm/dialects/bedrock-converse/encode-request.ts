import type { ChatRequest } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import type { EncodedRequest, ModelLimits } from '../../../core/provider.js'
import { atOnce, type Steps } from '../../../core/turns.js'
import { outputSchema } from '../claude/output-schema.js'
import { encodeSampling } from '../claude/sampling.js'
import { defined } from '../shared/defined.js'
import { DroppedPaths } from '../shared/dropped-paths.js'
import { asksForThinking, emulateFormat } from '../shared/emulated-format.js'
import { encodeMessages } from './encode-messages.js'
import { partWriter } from './encode-parts.js'
import { encodeReasoning } from './encode-reasoning.js'
import { encodeTools } from './encode-tools.js'
import { type BedrockTraits, bedrockTraitsOf } from './models.js'
import { withExtras } from './restore-extras.js'
import { DIALECT, type Drop } from './words.js'

/**
 * Writes a Converse request for the model that `request` names; the model itself and whether to stream stand in the path.
 * Never throws: what cannot be said is dropped and named.
 */
export const encodeRequest = (request: ChatRequest, limits: ModelLimits): EncodedRequest =>
  atOnce(encodeInSteps(request, limits))

/** The same in steps. */
export function* encodeInSteps(request: ChatRequest, limits: ModelLimits): Steps<EncodedRequest> {
  const traits = bedrockTraitsOf(request.model)
  if (takesFormat(request, traits)) return yield* encode(request, traits, limits)
  const forcible = traits.forcedTools !== 'none' && !asksForThinking(request) ? 'named' : 'none'
  const emulation = yield* emulateFormat(request, forcible)
  if (emulation === undefined) return yield* encode(request, traits, limits)
  const { emulated, restore } = emulation
  const { body, dropped } = yield* encode(emulation.request, traits, limits)
  return { body, dropped, emulated, restore }
}

/** Whether the format that is asked for, if any, is one that the model has a word for. */
const takesFormat = ({ responseFormat: format }: ChatRequest, traits: BedrockTraits): boolean =>
  format === undefined ||
  (format.type === 'json-schema' && format.schema !== undefined && traits.structuredOutputs === 'accepted')

function* encode(request: ChatRequest, traits: BedrockTraits, limits: ModelLimits): Steps<EncodedRequest> {
  const paths = new DroppedPaths()
  const drop: Drop = (path) => paths.add(path)
  dropUnsayable(request, drop)
  const client = request.extras.dialect === DIALECT ? 'own' : 'other'
  const parts = partWriter(traits, client, drop)
  const { system, messages } = yield* encodeMessages(request, { traits, client, parts, drop })
  const tools = yield* encodeTools(request, messages, traits, drop)
  const reasoned = encodeReasoning(request, { traits, limits, forced: tools.forced, messages }, drop)
  const sampling = sample(request, traits, reasoned.state, drop)
  const stopSequences = encodeStop(request, drop)
  const body = defined({
    messages,
    system: orNothing(system),
    inferenceConfig: orNothing(
      defined({
        maxTokens: reasoned.maxTokens,
        temperature: sampling.temperature,
        topP: sampling.topP,
        stopSequences: orNothing(stopSequences),
      }),
    ),
    toolConfig: tools.toolConfig,
    outputConfig: yield* encodeFormat(request, client, drop),
    additionalModelRequestFields: orNothing(
      defined({ ...sampling.fields, ...reasoned.fields, tool_choice: tools.claudeChoice }),
    ),
    // Without asking nobody is told which sequence it was.
    additionalModelResponseFieldPaths:
      traits.claude !== undefined && stopSequences.length > 0 ? STOP_SEQUENCE_PATHS : undefined,
    serviceTier: encodeTier(request.serviceTier, drop),
    requestMetadata: encodeMetadata(request.metadata, drop),
  })
  return { body: yield* withExtras(body, request.extras, drop), dropped: [...paths] }
}

/** Where Claude's whole message and its `message_delta` event have the sequence. */
const STOP_SEQUENCE_PATHS = ['/stop_sequence', '/delta/stop_sequence']

const orNothing = <T extends JsonObject | readonly unknown[]>(value: T): T | undefined =>
  (Array.isArray(value) ? value : Object.keys(value)).length === 0 ? undefined : value

/** Reports what this API has no member for, as OpenAI's clients call it. Values that say nothing are no loss. */
function dropUnsayable(request: ChatRequest, drop: Drop): void {
  const lost = {
    n: request.n > 1,
    seed: request.seed !== undefined,
    frequency_penalty: (request.frequencyPenalty ?? 0) !== 0,
    presence_penalty: (request.presencePenalty ?? 0) !== 0,
    logit_bias: Object.keys(request.logitBias ?? {}).length > 0,
    logprobs: request.logprobs !== undefined,
    top_logprobs: request.logprobs?.top !== undefined,
    user: request.user !== undefined && request.user !== '',
  }
  for (const [name, isLost] of Object.entries(lost)) if (isLost) drop(name)
}

interface Sampling {
  readonly temperature?: number
  readonly topP?: number
  /** Members of `additionalModelRequestFields`. */
  readonly fields: JsonObject
}

function sample(request: ChatRequest, traits: BedrockTraits, reasoning: 'on' | 'off', drop: Drop): Sampling {
  if (traits.claude !== undefined) {
    const { temperature, top_p: topP, top_k } = encodeSampling(request, traits.claude, reasoning, drop)
    return { ...numbers({ temperature, topP }), fields: defined({ top_k }) }
  }
  const { temperature, topP, topK } = request
  // OpenAI's scale goes to 2.
  const clamped = temperature === undefined ? undefined : Math.min(1, Math.max(0, temperature))
  if (clamped !== temperature) drop('temperature')
  const nova = topK !== undefined && traits.topK === 'nova'
  if (topK !== undefined && !nova) drop('top_k')
  return { ...numbers({ temperature: clamped, topP }), fields: nova ? { inferenceConfig: { topK } } : {} }
}

const numbers = (members: JsonObject): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  )

function encodeStop(request: ChatRequest, drop: Drop): readonly string[] {
  const stop = request.stop.filter((sequence) => sequence.trim() !== '')
  if (stop.length < request.stop.length) drop('stop')
  return stop
}

function* encodeFormat(request: ChatRequest, client: 'own' | 'other', drop: Drop): Steps<JsonObject | undefined> {
  const format = request.responseFormat
  if (format?.type !== 'json-schema' || format.schema === undefined) return undefined
  const { schema, changed } =
    client === 'own' ? { schema: format.schema, changed: false } : yield* outputSchema(format.schema)
  if (changed) drop('response_format.json_schema.schema')
  const jsonSchema = defined({
    schema: yield* jsonText(schema),
    name: format.name,
    description: format.description === '' ? undefined : format.description,
  })
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } }
}

const TIERS = new Set(['default', 'flex', 'priority', 'reserved'])

function encodeTier(tier: string | undefined, drop: Drop): JsonObject | undefined {
  if (tier === undefined || tier === 'auto') return undefined
  if (TIERS.has(tier)) return { type: tier }
  drop('service_tier')
  return undefined
}

const METADATA = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/
const MOST_METADATA = 16

/** Labels for AWS's invocation logs, as OpenAI's are for its own; all of them or none. */
function encodeMetadata(metadata: JsonObject | undefined, drop: Drop): JsonObject | undefined {
  const labels = Object.entries(metadata ?? {})
  if (labels.length === 0) return undefined
  const fits = ([name, value]: [string, unknown]) =>
    METADATA.test(name) && typeof value === 'string' && (value === '' || METADATA.test(value))
  if (labels.length <= MOST_METADATA && labels.every(fits)) return metadata
  drop('metadata')
  return undefined
}
