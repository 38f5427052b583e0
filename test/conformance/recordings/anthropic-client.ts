import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { isObject, type JsonObject } from '../../../core/json.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { type Answer, type AnswerError, type AnswerUsage, type Call, noAnswer, type Reading } from '../answer-shape.js'
import { CLIENT_TIMEOUT, type ClientPlace, type ConformanceClient } from './client.js'
import { argumentText, listAt, numberAt, objectAt, stringAt, sumOf } from './members.js'
import { messagesProjection } from './projection.js'

/** The `@anthropic-ai/sdk` package's messages. */
export function anthropicClient({ url }: ClientPlace): ConformanceClient {
  const client = new Anthropic({ baseURL: url, apiKey: 'client', maxRetries: 0, timeout: CLIENT_TIMEOUT })
  return {
    dialect: anthropicMessages,
    projection: messagesProjection,
    async ask(request, { model, stream, made }) {
      const body = { ...request, model, ...(stream && { stream }) }
      try {
        if (!stream) return [{ by: 'the body', answer: messageAnswer(await whole(client, body)) }]
        return made === 'own' ? [await eventByEvent(client, body)] : await withHelper(client, body)
      } catch (error) {
        return [{ by: 'the client', answer: { ...noAnswer, error: errorOf(error, 'at once') } }]
      }
    },
  }
}

/** The client's types describe what Anthropic accepts; recordings hold what anybody ever sent. */
type Params = Anthropic.MessageCreateParamsNonStreaming
type StreamParams = Anthropic.MessageCreateParamsStreaming

async function whole(client: Anthropic, body: JsonObject): Promise<JsonObject> {
  return (await client.messages.create(body as unknown as Params)) as unknown as JsonObject
}

async function eventByEvent(client: Anthropic, body: JsonObject): Promise<Reading> {
  const stream = await client.messages.create(body as unknown as StreamParams)
  return { by: 'the events', answer: await addedUp(stream as unknown as AsyncIterable<JsonObject>) }
}

async function withHelper(client: Anthropic, body: JsonObject): Promise<readonly Reading[]> {
  const stream = client.messages.stream(body as unknown as StreamParams)
  const events = await addedUp(stream as unknown as AsyncIterable<JsonObject>)
  if (events.error !== null) return [{ by: 'the events', answer: events }]
  const final = (await stream.finalMessage()) as unknown as JsonObject
  return [
    { by: 'the events', answer: events },
    { by: 'finalMessage()', answer: messageAnswer(final) },
  ]
}

function messageAnswer(message: JsonObject): Answer {
  const blocks = listAt(message, 'content')
  return {
    ...noAnswer,
    ...saidIn(blocks, (block) => argumentText(block['input'])),
    finish: stringAt(message, 'stop_reason'),
    usage: usageOf(objectAt(message, 'usage')),
  }
}

function saidIn(blocks: readonly JsonObject[], input: (block: JsonObject) => string) {
  let text = ''
  let reasoning: string | null = null
  const calls: Call[] = []
  for (const block of blocks) {
    if (block['type'] === 'text') text += stringAt(block, 'text') ?? ''
    if (block['type'] === 'thinking') reasoning = (reasoning ?? '') + (stringAt(block, 'thinking') ?? '')
    if (block['type'] === 'tool_use') {
      calls.push({ kind: 'function', name: stringAt(block, 'name') ?? '', arguments: input(block) })
    }
  }
  return { text, reasoning, calls }
}

/** Reads event by event; what had come before an error is kept. */
async function addedUp(events: AsyncIterable<JsonObject>): Promise<Answer> {
  const blocks: JsonObject[] = []
  const partial = new Map<JsonObject, string>()
  let usage: JsonObject = {}
  let finish: string | null = null
  let began = false

  const take = (event: JsonObject) => {
    switch (event['type']) {
      case 'message_start':
        usage = objectAt(objectAt(event, 'message'), 'usage')
        break
      case 'content_block_start':
        blocks[numberAt(event, 'index') ?? 0] = { ...objectAt(event, 'content_block') }
        break
      case 'content_block_delta': {
        const index = numberAt(event, 'index') ?? 0
        const block = blocks[index] ?? {}
        const delta = objectAt(event, 'delta')
        const added = { ...block, ...withDelta(block, delta) }
        const json = (partial.get(block) ?? '') + (stringAt(delta, 'partial_json') ?? '')
        partial.delete(block)
        partial.set(added, json)
        blocks[index] = added
        break
      }
      case 'message_delta': {
        const said = Object.entries(objectAt(event, 'usage')).filter(([, count]) => count !== null)
        usage = { ...usage, ...Object.fromEntries(said) }
        finish = stringAt(objectAt(event, 'delta'), 'stop_reason') ?? finish
      }
    }
  }
  const read = (): Answer => ({
    ...noAnswer,
    ...saidIn(blocks, (block) => partial.get(block) || argumentText(block['input'])),
    finish,
    usage: usageOf(usage),
  })
  try {
    for await (const event of events) {
      began = true
      // The helper's own objects change under our hands.
      take(structuredClone(event))
    }
    return read()
  } catch (error) {
    const told = errorOf(error, 'in a stream')
    return { ...read(), error: { ...told, inStream: told.inStream && (began || told.status === null) } }
  }
}

function withDelta(block: JsonObject, delta: JsonObject): JsonObject {
  const [text, thinking] = [stringAt(delta, 'text'), stringAt(delta, 'thinking')]
  return {
    ...(text === null ? {} : { text: (stringAt(block, 'text') ?? '') + text }),
    ...(thinking === null ? {} : { thinking: (stringAt(block, 'thinking') ?? '') + thinking }),
  }
}

/** Anthropic counts cached tokens beside `input_tokens`. */
function usageOf(usage: JsonObject): AnswerUsage {
  const cachedInput = numberAt(usage, 'cache_read_input_tokens')
  const cacheWrite = numberAt(usage, 'cache_creation_input_tokens')
  return {
    input: sumOf(numberAt(usage, 'input_tokens'), cachedInput, cacheWrite),
    cachedInput,
    cacheWrite,
    output: numberAt(usage, 'output_tokens'),
    reasoning: numberAt(objectAt(usage, 'output_tokens_details'), 'thinking_tokens'),
  }
}

function errorOf(error: unknown, when: 'at once' | 'in a stream'): AnswerError {
  if (!(error instanceof APIError)) return { status: null, message: String(error), inStream: false }
  const body: unknown = error.error
  const message = isObject(body) ? stringAt(objectAt(body, 'error'), 'message') : null
  return { status: error.status ?? null, message: message ?? error.message, inStream: when === 'in a stream' }
}
