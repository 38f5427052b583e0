import type { ChatRequest } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { EncodedRequest, ModelLimits } from '../../../core/provider.js'
import { atOnce, eachInSteps, type Steps } from '../../../core/turns.js'
import { type ModelTraits, traitsOf } from '../claude/models.js'
import { outputSchema } from '../claude/output-schema.js'
import { encodeSampling } from '../claude/sampling.js'
import { encodeThinking } from '../claude/thinking.js'
import { defined } from '../shared/defined.js'
import { DroppedPaths } from '../shared/dropped-paths.js'
import { asksForThinking, emulateFormat } from '../shared/emulated-format.js'
import { isHarmless } from '../shared/harmless.js'
import type { Drop } from './encode-blocks.js'
import { encodeMessages } from './encode-messages.js'
import { encodeTools } from './encode-tools.js'
import { DIALECT, tierToAsk } from './words.js'

/** Longest `metadata.user_id` that the API takes. */
const MAX_USER_ID = 256

/** Writes a Messages request for the model that `request` names. Never throws: what cannot be said is dropped and named. */
export const encodeRequest = (request: ChatRequest, limits: ModelLimits): EncodedRequest =>
  atOnce(encodeInSteps(request, limits))

/** The same in steps. */
export function* encodeInSteps(request: ChatRequest, limits: ModelLimits): Steps<EncodedRequest> {
  const traits = traitsOf(request.model)
  if (takesFormat(request, traits)) return yield* encode(request, traits, limits)
  const forcible = traits.forcedTools === 'accepted' && !asksForThinking(request) ? 'named' : 'none'
  const emulation = yield* emulateFormat(request, forcible)
  if (emulation === undefined) return yield* encode(request, traits, limits)
  const { emulated, restore } = emulation
  const { body, dropped } = yield* encode(emulation.request, traits, limits)
  return { body, dropped, emulated, restore }
}

/** Whether the format that is asked for, if any, is one that the API has a word for. */
const takesFormat = ({ responseFormat: format }: ChatRequest, traits: ModelTraits): boolean =>
  format === undefined ||
  (format.type === 'json-schema' && format.schema !== undefined && traits.structuredOutputs === 'accepted')

function* encode(request: ChatRequest, traits: ModelTraits, limits: ModelLimits): Steps<EncodedRequest> {
  const paths = new DroppedPaths()
  const drop: Drop = (path) => paths.add(path)
  const client = request.extras.dialect === DIALECT ? 'own' : 'other'

  dropUnsayable(request, drop)
  const systemTurns = client === 'own' && traits.systemTurns === 'accepted' ? 'kept' : 'hoisted'
  const { system, messages } = yield* encodeMessages(request, systemTurns, drop)
  const { tools, toolChoice, forced } = yield* encodeTools(request, traits, drop)
  const thought = encodeThinking(request, { traits, limits, forced, messages, client }, drop)
  const format = yield* encodeFormat(request, client, drop)
  const body = defined({
    model: request.model,
    max_tokens: thought.maxTokens,
    system: system.length === 0 ? undefined : system,
    messages,
    tools,
    tool_choice: toolChoice,
    thinking: thought.thinking,
    output_config:
      format === undefined && thought.effort === undefined ? undefined : defined({ effort: thought.effort, format }),
    ...encodeSampling(request, traits, thought.state, drop),
    stop_sequences: encodeStop(request, drop),
    metadata: encodeUser(request.user, drop),
    service_tier: encodeTier(request.serviceTier, drop),
    stream: request.stream ? true : undefined,
  })
  return { body: yield* withExtras(body, request, client, drop), dropped: [...paths] }
}

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
    metadata: Object.keys(request.metadata ?? {}).length > 0,
  }
  for (const [name, isLost] of Object.entries(lost)) if (isLost) drop(name)
}

function* encodeFormat(request: ChatRequest, client: 'own' | 'other', drop: Drop): Steps<JsonObject | undefined> {
  const format = request.responseFormat
  if (format?.type !== 'json-schema' || format.schema === undefined) return undefined
  if (client === 'own') return { type: 'json_schema', schema: format.schema }
  const { schema, changed } = yield* outputSchema(format.schema)
  if (changed) drop('response_format.json_schema.schema')
  return { type: 'json_schema', schema }
}

function encodeStop(request: ChatRequest, drop: Drop): readonly string[] | undefined {
  const stop = request.stop.filter((sequence) => sequence.trim() !== '')
  if (stop.length < request.stop.length) drop('stop')
  return stop.length === 0 ? undefined : stop
}

/** The API refuses ids that are long, and those that look like an e-mail address or a phone number. */
function encodeUser(user: string | undefined, drop: Drop): JsonObject | undefined {
  if (user === undefined || user === '') return undefined
  if (user.length <= MAX_USER_ID && !/@|^\+?[\d\s().-]{7,}$/.test(user)) return { user_id: user }
  drop('user')
  return undefined
}

function encodeTier(tier: string | undefined, drop: Drop): string | undefined {
  if (tier === undefined) return undefined
  const word = tierToAsk(tier)
  if (word === undefined) drop('service_tier')
  return word
}

/** Units that one member takes. */
const EXTRA = 4

const extraUnits = () => EXTRA

/**
 * A client of this dialect gets its own members back where they stood: top-level ones, those of `thinking`,
 * `output_config` and `metadata`, and those of tools. What remains is dropped and reported by its path.
 */
function* withExtras(body: JsonObject, request: ChatRequest, client: 'own' | 'other', drop: Drop): Steps<JsonObject> {
  const members = new Map<string, JsonValue | undefined>(Object.entries(body))
  const tools = Array.isArray(body['tools']) ? [...body['tools']] : []
  const { fields } = request.extras
  const put = (path: string) => {
    const value = fields.get(path)
    if (value === undefined || value === null) return
    if (client === 'other') {
      if (!isHarmless(path, value)) drop(path)
    } else if (!restoreTool(tools, path, value) && !restoreMember(members, path, value)) drop(path)
  }
  yield* eachInSteps([...fields.keys()], extraUnits, put)
  if (tools.length > 0) members.set('tools', tools)
  return Object.fromEntries(members)
}

function restoreTool(tools: JsonValue[], path: string, value: JsonValue): boolean {
  const [, index, member] = /^tools\[(\d+)\]\.([a-z_]+)$/.exec(path) ?? []
  const tool = tools[Number(index)]
  if (member === undefined || !isObject(tool)) return false
  tools[Number(index)] = { ...tool, [member]: value }
  return true
}

function restoreMember(members: Map<string, JsonValue | undefined>, path: string, value: JsonValue): boolean {
  const [, name, member] = /^([a-z_]+)(?:\.([a-z_]+))?$/.exec(path) ?? []
  if (name === undefined) return false
  const parent = members.get(name)
  if (member === undefined) {
    if (parent === undefined) members.set(name, value)
    return parent === undefined
  }
  // A member of thinking belongs to the thinking that was asked for, not to what a model without it gets instead.
  const expected = name === 'thinking' ? parent !== undefined || member === 'type' : RESTORED.has(name)
  if (!expected || !(parent === undefined || isObject(parent))) return false
  members.set(name, { ...parent, [member]: value })
  return true
}

const RESTORED = new Set(['output_config', 'metadata'])
