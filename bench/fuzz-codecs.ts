import type { ChatEvent, ChatRequest } from '../core/chat.js'
import { GatewayError } from '../core/errors.js'
import type { Framing } from '../core/framing.js'
import { isObject, type JsonObject, type JsonValue } from '../core/json.js'
import type { Dialect, Frame } from '../core/provider.js'
import { awsEventStream } from '../llm/framing/aws-eventstream.js'
import { sse } from '../llm/framing/sse.js'
import { wholeBody } from '../llm/framing/whole-body.js'
import { mutated, mutatedBytes, randomJson } from './fuzz-mutations.js'
import { checkOrder } from './fuzz-order.js'
import type { Random } from './fuzz-random.js'
import { everyDialect, type Seeds, seedsOf } from './fuzz-seeds.js'

/** Something that reads what others send: given an input of its own choice, it must do as its contract says. */
export interface Codec {
  readonly name: string
  /** Makes an input and gives it to the codec; throws where the codec breaks its contract. */
  run(random: Random): void
}

/** Every codec of this build. */
export function everyCodec(): readonly Codec[] {
  const dialects = everyDialect()
  const framings = { sse, 'aws-eventstream': awsEventStream, 'whole-body': wholeBody }
  return [
    ...dialects.flatMap((dialect) => {
      const seeds = seedsOf(dialect)
      const siblings = dialects.filter(({ task }) => task === dialect.task && task !== 'alone')
      return [requestCodec(dialect, seeds, siblings), answerCodec(dialect, seeds, siblings), errorCodec(dialect)]
    }),
    ...Object.entries(framings).map(([name, framing]) => framingCodec(name, framing)),
  ]
}

const MODELS = [
  'a-model',
  'claude-sonnet-4-0',
  'claude-opus-4-8',
  'gemini-2.5-flash',
  'gemini-3-pro-preview',
  'amazon.nova-2-lite-v1:0',
]

/** Any JSON object is a request, or a 400; a request can be written in every dialect of its task. */
function requestCodec(dialect: Dialect, { requests }: Seeds, siblings: readonly Dialect[]): Codec {
  const texts = requests.map((request) => JSON.stringify(request))
  return {
    name: `${dialect.name} request`,
    run(random) {
      const body = requestBody(texts, random)
      const model = random.oneOf(MODELS)
      const place = random.chance(0.9) ? { model, stream: true } : undefined
      const request = onlyRefusing(() => dialect.decodeRequest(body, place))
      if (request === undefined) return
      dialect.patchRequest(body, model, random.chance(0.5) ? 100 : undefined)
      dialect.lostInPatch?.(body)
      for (const to of siblings) {
        const limits = random.chance(0.5) ? { maxOutput: 4096 } : {}
        const encoded = onlyRefusing(() => to.encodeRequest({ ...request, model }, limits))
        if (encoded === undefined) continue
        const { body: written, dropped } = encoded
        JSON.stringify(written)
        if (dropped.some((path) => typeof path !== 'string')) throw new Error('a path that is no text')
      }
    },
  }
}

function requestBody(texts: readonly string[], random: Random): JsonObject {
  let body: JsonValue = random.chance(0.05) ? randomJson(random) : (JSON.parse(random.oneOf(texts)) as JsonValue)
  for (let n = random.below(5); n > 0; n--) body = mutated(body, random)
  return isObject(body) ? body : { messages: body, input: body, contents: body, model: 'm' }
}

/** The result, or undefined where the input was refused with a status of 4xx; anything else is thrown on. */
function onlyRefusing<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof GatewayError && error.status >= 400 && error.status < 500) return undefined
    throw error
  }
}

const CLIENT: Omit<ChatRequest, 'stream'> = {
  ...{ model: 'm', messages: [], tools: [], stop: [], n: 1, includeUsage: true },
  extras: { dialect: 'none', fields: new Map() },
}

/** Any frames are an answer that comes to one end, or to one error, and can be written for every client. */
function answerCodec(dialect: Dialect, { answers }: Seeds, siblings: readonly Dialect[]): Codec {
  return {
    name: `${dialect.name} answer`,
    run(random) {
      const frames = answerFrames(answers, random)
      for (const frame of frames) dialect.mustRead(Buffer.from(frame.data))
      for (const frame of frames) dialect.hideUsage(frame)
      const decoder = dialect.decodeEvents()
      const how = random.chance(0.7) ? 'complete' : 'cut'
      const events = [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end(how)]
      if (dialect.task === 'chat') checkOrder(events)
      const to = siblings.length === 0 ? undefined : random.oneOf(siblings)
      if (to !== undefined) writeAnswer(to, events, random.chance(0.5))
    },
  }
}

function answerFrames(answers: readonly (readonly Frame[])[], random: Random): readonly Frame[] {
  const frames = [...random.oneOf(answers)]
  for (let n = random.below(4); n > 0; n--) {
    const at = random.below(frames.length)
    const frame = frames[at]
    const change = random.below(12)
    if (frame === undefined || change === 0) frames.push(random.oneOf(answers)[0] as Frame)
    else if (change === 1) frames.splice(at, 1)
    else if (change === 2) frames.push(frame)
    else if (change === 3) frames.reverse()
    else frames[at] = { ...frame, data: mutatedText(frame.data, random) }
  }
  return frames
}

function mutatedText(text: string, random: Random): string {
  if (random.chance(0.2)) return Buffer.from(mutatedBytes(Buffer.from(text), random)).toString()
  try {
    return JSON.stringify(mutated(JSON.parse(text) as JsonValue, random))
  } catch {
    return text.slice(random.below(text.length + 1))
  }
}

function writeAnswer(to: Dialect, events: readonly ChatEvent[], stream: boolean): void {
  const encoder = to.encodeEvents({ ...CLIENT, stream })
  const frames = [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')]
  for (const { data } of frames) if (data !== '[DONE]') JSON.parse(data)
}

/** Any error response is an error of ours. */
function errorCodec(dialect: Dialect): Codec {
  return {
    name: `${dialect.name} error`,
    run(random) {
      const message = random.oneOf(['x', 'maximum context length', 'prompt is too long', '\ud800'])
      const known = random.oneOf([
        { error: { message, type: 'x' } },
        { type: 'error', error: { type: message } },
        { message },
      ])
      const body = random.chance(0.2) ? '<html>' : JSON.stringify(mutated(known, random))
      const error = dialect.decodeError(400 + random.below(200), body)
      if (!(error instanceof GatewayError)) throw new Error('not a GatewayError')
      JSON.stringify(dialect.encodeError(error, 'r'))
      JSON.parse(dialect.encodeStreamError(error, 'r').data)
    },
  }
}

/** Any bytes are frames, or refused as an answer that cannot be read; frames do not depend on where they are cut. */
function framingCodec(name: string, framing: Framing): Codec {
  const sample = [
    { type: 'event', event: 'message', data: '{"a":"ü"}' } as const,
    { type: 'event', event: 'messageStop', data: '{"b":[1,2,3]}' } as const,
  ]
  const bytes = Buffer.concat(
    (name === 'whole-body' ? [{ type: 'body', data: '{"a":1}' } as const] : sample).map(framing.encode),
  )
  return {
    name: `${name} framing`,
    run(random) {
      const input = random.chance(0.1) ? randomBytes(random) : mutatedBytes(Buffer.concat([bytes, bytes]), random)
      const whole = framed(framing, [input])
      const at = random.below(input.length + 1)
      if (framed(framing, [input.subarray(0, at), input.subarray(at)]) !== whole) throw new Error('depends on the cut')
    },
  }
}

const randomBytes = (random: Random) => Uint8Array.from({ length: random.below(200) }, () => random.below(256))

/** The frames of these pieces as text, and that they end with a refusal where they do. */
function framed(framing: Framing, pieces: readonly Uint8Array[]): string {
  const decoder = framing.decode()
  const frames: Frame[] = []
  try {
    for (const piece of pieces) frames.push(...decoder.push(piece))
    frames.push(...decoder.end('complete'))
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return 'refused'
  }
  return JSON.stringify(frames.map((frame) => [frame.type === 'event' ? frame.event : '', frame.data]))
}
