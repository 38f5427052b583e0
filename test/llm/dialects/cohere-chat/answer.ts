import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../../cli/project-root.js'
import type { ChatEvent, ChatRequest } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { sse } from '../../../../llm/framing/sse.js'
import { chatRequestOf } from '../../../support/chat-request.js'

export const read = (name: string) => readFileSync(join(projectRoot(), 'test/fixtures/cohere-chat', name))

/** Frames of a fixture: events of a `.sse` file, one body of a `.json` file. */
export function framesOf(name: string): readonly Frame[] {
  if (name.endsWith('.json')) return [body(jsonOf(name))]
  const framing = sse.decode()
  return [...framing.push(read(name)), ...framing.end('complete')]
}

export const jsonOf = (name: string): JsonObject => JSON.parse(read(name).toString('utf8')) as JsonObject

/** An event of a stream as the wire has it. */
export const event = (type: string, members: object = {}): Frame => ({
  type: 'event',
  event: type,
  data: JSON.stringify({ type, ...members }),
})

/** An event about the message. */
export const said = (type: string, message: object, index = 0): Frame => event(type, { index, delta: { message } })

export const text = (piece: string, index = 0): Frame => said('content-delta', { content: { text: piece } }, index)

export const ending = (finish_reason: string, more: object = {}): Frame =>
  event('message-end', { delta: { finish_reason, ...more } })

export const body = (value: unknown): Frame => ({ type: 'body', data: JSON.stringify(value) })

export function decode(frames: readonly Frame[], how: 'complete' | 'cut' = 'complete'): readonly ChatEvent[] {
  const decoder = cohereChat.decodeEvents()
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end(how)]
}

export function encode(events: readonly ChatEvent[], answer: 'stream' | 'body'): readonly Frame[] {
  const encoder = cohereChat.encodeEvents({ ...request(), stream: answer === 'stream' })
  return [...events.flatMap((each) => encoder.push(each)), ...encoder.end('complete')]
}

/** A request of a client that speaks another dialect. */
export const request = (members: Partial<ChatRequest> = {}): ChatRequest =>
  chatRequestOf({
    model: 'command-a-03-2025',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    ...members,
  })

/** What an answer says, whatever events it came in. */
export interface Said {
  readonly text: string
  readonly thoughts: readonly string[]
  readonly plan: string
  readonly calls: readonly (readonly [id: string, name: string, args: string])[]
  readonly citations: readonly (readonly [block: string, text: unknown])[]
  readonly finish: readonly [reason: string, raw: string] | undefined
  readonly usage: JsonObject
  readonly error: string | undefined
  readonly ended: boolean
}

export function sayings(events: readonly ChatEvent[]): Said {
  const starts = events.flatMap((each) => (each.type === 'block-start' ? [each] : []))
  const textOf = (block: number) =>
    events.map((each) => (each.type === 'delta' && each.block === block ? each.text : '')).join('')
  const of = (kind: string, extras: 'plain' | 'plan' = 'plain') =>
    starts
      .filter(({ start, extras: said }) => start.kind === kind && (said === undefined ? 'plain' : 'plan') === extras)
      .map(({ block }) => textOf(block))
  const finish = events.find((each) => each.type === 'finish')
  const kindOf = (block: number) => starts.find((each) => each.block === block)?.start.kind ?? ''
  return {
    text: of('text').join(''),
    thoughts: of('reasoning'),
    plan: of('reasoning', 'plan').join(''),
    calls: starts.flatMap(({ block, start }) =>
      start.kind === 'tool-call' ? [[start.id, start.name, textOf(block)] as const] : [],
    ),
    citations: events.flatMap((each) =>
      each.type === 'annotation' ? [[kindOf(each.block), each.value['text']] as const] : [],
    ),
    finish: finish === undefined ? undefined : [finish.reason, finish.raw],
    usage: Object.assign({}, ...events.map((each) => (each.type === 'usage' ? each.usage : {}))),
    error: events.find((each) => each.type === 'error')?.error.code,
    ended: events.some((each) => each.type === 'end'),
  }
}
