import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../../cli/project-root.js'
import type { ChatEvent, ChatRequest } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { sse } from '../../../../llm/framing/sse.js'
import { chatRequestOf } from '../../../support/chat-request.js'

export const read = (name: string) => readFileSync(join(projectRoot(), 'test/fixtures/gemini', name))

/** Frames of a fixture: events of a `.sse` file, one body of a `.json` file. */
export function framesOf(name: string): readonly Frame[] {
  if (name.endsWith('.json')) return [{ type: 'body', data: read(name).toString('utf8') }]
  const framing = sse.decode()
  return [...framing.push(read(name)), ...framing.end('complete')]
}

export const jsonOf = (name: string): JsonObject => JSON.parse(read(name).toString('utf8')) as JsonObject

/** A chunk of a stream as the wire has it. */
export const chunk = (data: unknown): Frame => ({ type: 'event', event: '', data: JSON.stringify(data) })

/** A chunk of candidate 0 with these parts. */
export const parts = (list: readonly unknown[], more: JsonObject = {}): Frame =>
  chunk({ candidates: [{ content: { parts: list, role: 'model' }, index: 0, ...more }], responseId: 'r1' })

export function decode(frames: readonly Frame[], how: 'complete' | 'cut' = 'complete'): readonly ChatEvent[] {
  const decoder = gemini.decodeEvents()
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end(how)]
}

export function encode(events: readonly ChatEvent[], answer: 'stream' | 'body'): readonly Frame[] {
  const encoder = gemini.encodeEvents({ ...request(), stream: answer === 'stream' })
  return [...events.flatMap((each) => encoder.push(each)), ...encoder.end('complete')]
}

/** A request of a client that speaks another dialect. */
export const request = (members: Partial<ChatRequest> = {}): ChatRequest =>
  chatRequestOf({
    model: 'gemini-2.5-flash',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    ...members,
  })

/** What one choice of an answer says, whatever events it came in. */
export interface Said {
  readonly text: string
  readonly thoughts: readonly (readonly [text: string, signature: string])[]
  readonly calls: readonly (readonly [id: string, name: string, args: string])[]
  readonly opaque: readonly JsonObject[]
  readonly sources: readonly JsonObject[]
  readonly finish: readonly [reason: string, raw: string] | undefined
  readonly usage: JsonObject
  readonly error: string | undefined
  readonly ended: boolean
}

export function said(events: readonly ChatEvent[], choice = 0): Said {
  const own = events.filter((each) => !('choice' in each) || each.choice === choice)
  const textOf = (block: number, kind: 'delta' | 'signature') =>
    own
      .map((each) => {
        if (each.type === 'delta' && kind === 'delta' && each.block === block) return each.text
        return each.type === 'signature' && kind === 'signature' && each.block === block ? each.signature : ''
      })
      .join('')
  const starts = own.flatMap((each) => (each.type === 'block-start' ? [each] : []))
  const finish = own.find((each) => each.type === 'finish')
  const error = own.find((each) => each.type === 'error')
  return {
    text: starts.flatMap(({ block, start }) => (start.kind === 'text' ? [textOf(block, 'delta')] : [])).join(''),
    thoughts: starts.flatMap(({ block, start }) =>
      start.kind === 'reasoning' ? [[textOf(block, 'delta'), textOf(block, 'signature')] as const] : [],
    ),
    calls: starts.flatMap(({ block, start }) =>
      start.kind === 'tool-call' ? [[start.id, start.name, textOf(block, 'delta')] as const] : [],
    ),
    opaque: starts.flatMap(({ start }) => (start.kind === 'opaque' ? [start.value] : [])),
    sources: own.flatMap((each) => (each.type === 'annotation' ? [each.value] : [])),
    finish: finish === undefined ? undefined : [finish.reason, finish.raw],
    usage: Object.assign({}, ...own.map((each) => (each.type === 'usage' ? each.usage : {}))),
    error: error?.error.code,
    ended: own.some((each) => each.type === 'end'),
  }
}
