import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../../cli/project-root.js'
import type { ChatEvent, ChatRequest } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { decodeEvents } from '../../../../llm/dialects/bedrock-converse/decode-events.js'
import { encodeEvents } from '../../../../llm/dialects/bedrock-converse/encode-events.js'
import { awsEventStream } from '../../../../llm/framing/aws-eventstream.js'
import { sse } from '../../../../llm/framing/sse.js'
import { chatRequestOf } from '../../../support/chat-request.js'

const read = (name: string) => readFileSync(join(projectRoot(), 'test/fixtures/bedrock-converse', name))

/** An event stream in the bytes that AWS sends, from a fixture that has its events as text, in the form of SSE. */
export function eventStreamBytes(text: Uint8Array): Uint8Array {
  const framing = sse.decode()
  const frames = [...framing.push(text), ...framing.end('complete')]
  return Buffer.concat(frames.map(({ raw: _, ...frame }) => awsEventStream.encode(frame)))
}

/** Frames of a fixture: events of an `.eventstream` file, one body of a `.json` file. */
export function framesOf(name: string): readonly Frame[] {
  if (name.endsWith('.json')) return [{ type: 'body', data: read(name).toString('utf8') }]
  const framing = awsEventStream.decode()
  return [...framing.push(eventStreamBytes(read(name))), ...framing.end('complete')]
}

export const jsonOf = (name: string): JsonObject => JSON.parse(read(name).toString('utf8')) as JsonObject

/** A stream event as the framing gives it. */
export const event = (name: string, payload: JsonObject): Frame => ({
  type: 'event',
  event: name,
  data: JSON.stringify(payload),
})

export function decode(frames: readonly Frame[], how: 'complete' | 'cut' = 'complete'): readonly ChatEvent[] {
  const decoder = decodeEvents()
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end(how)]
}

export function encode(events: readonly ChatEvent[], answer: 'stream' | 'body'): readonly Frame[] {
  const encoder = encodeEvents({ ...request(), stream: answer === 'stream' })
  return [...events.flatMap((each) => encoder.push(each)), ...encoder.end('complete')]
}

export const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
export const NOVA_2 = 'us.amazon.nova-2-lite-v1:0'
export const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0'

/** A minimal request of a client that speaks another dialect. */
export const request = (members: Partial<ChatRequest> = {}): ChatRequest =>
  chatRequestOf({
    model: CLAUDE,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    ...members,
  })
