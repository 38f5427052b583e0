import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../../cli/project-root.js'
import type { ChatEvent, ChatRequest } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { decodeEvents } from '../../../../llm/dialects/anthropic-messages/decode-events.js'
import { encodeEvents } from '../../../../llm/dialects/anthropic-messages/encode-events.js'
import { sse } from '../../../../llm/framing/sse.js'
import { chatRequestOf } from '../../../support/chat-request.js'

const read = (name: string) => readFileSync(join(projectRoot(), 'test/fixtures/anthropic-messages', name))

/** Frames of a fixture: events of a `.sse` file, one body of a `.json` file. */
export function framesOf(name: string): readonly Frame[] {
  if (name.endsWith('.json')) return [{ type: 'body', data: read(name).toString('utf8') }]
  const framing = sse.decode()
  return [...framing.push(read(name)), ...framing.end('complete')]
}

export const jsonOf = (name: string): JsonObject => JSON.parse(read(name).toString('utf8')) as JsonObject

/** A stream event as the wire has it. */
export const event = (data: JsonObject & { readonly type: string }): Frame => ({
  type: 'event',
  event: data.type,
  data: JSON.stringify(data),
})

export function decode(frames: readonly Frame[]): readonly ChatEvent[] {
  const decoder = decodeEvents()
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end('complete')]
}

export function encode(events: readonly ChatEvent[], answer: 'stream' | 'body'): readonly Frame[] {
  const encoder = encodeEvents({ ...request(), stream: answer === 'stream' })
  return [...events.flatMap((each) => encoder.push(each)), ...encoder.end('complete')]
}

/** A minimal request of a client that speaks another dialect. */
export const request = (members: Partial<ChatRequest> = {}): ChatRequest =>
  chatRequestOf({
    model: 'claude-sonnet-4-5',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    ...members,
  })

/** What an answer says, whatever events it came in. */
export interface Said {
  readonly text: string
  readonly thinking: readonly (readonly [text: string, signature: string])[]
  readonly redacted: readonly string[]
  readonly calls: readonly (readonly [id: string, name: string, args: string])[]
  readonly opaque: readonly JsonObject[]
  readonly citations: readonly JsonObject[]
  readonly finish: readonly [reason: string, stopSequence: string | undefined] | undefined
  readonly usage: JsonObject
  readonly error: string | undefined
  readonly ended: boolean
}

export function said(events: readonly ChatEvent[]): Said {
  const textOf = (block: number, kind: 'delta' | 'signature') =>
    events
      .map((each) => {
        if (each.type === 'delta' && kind === 'delta' && each.block === block) return each.text
        return each.type === 'signature' && kind === 'signature' && each.block === block ? each.signature : ''
      })
      .join('')
  const starts = events.flatMap((each) => (each.type === 'block-start' ? [each] : []))
  const finish = events.find((each) => each.type === 'finish')
  const error = events.find((each) => each.type === 'error')
  return {
    text: starts.flatMap(({ block, start }) => (start.kind === 'text' ? [textOf(block, 'delta')] : [])).join(''),
    thinking: starts.flatMap(({ block, start }) =>
      start.kind === 'reasoning' ? [[textOf(block, 'delta'), textOf(block, 'signature')] as const] : [],
    ),
    redacted: starts.flatMap(({ start }) => (start.kind === 'redacted-reasoning' ? [start.data] : [])),
    calls: starts.flatMap(({ block, start }) =>
      start.kind === 'tool-call' ? [[start.id, start.name, textOf(block, 'delta')] as const] : [],
    ),
    opaque: starts.flatMap(({ start }) => (start.kind === 'opaque' ? [start.value] : [])),
    citations: events.flatMap((each) => (each.type === 'annotation' ? [each.value] : [])),
    finish: finish === undefined ? undefined : [finish.reason, finish.stopSequence],
    usage: Object.assign({}, ...events.flatMap((each) => (each.type === 'usage' ? [each.usage] : []))),
    error: error?.error.code,
    ended: events.at(-1)?.type === 'end',
  }
}
