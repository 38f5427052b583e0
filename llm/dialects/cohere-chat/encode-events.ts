import type { ChatEvent, ChatRequest } from '../../../core/chat.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { bodyWriter } from './body-writer.js'
import { streamWriter } from './stream-writer.js'

/** Writes an answer as Cohere does, as a stream's events up to `[DONE]` or as one body. There is no choice but the first. */
export function encodeEvents(request: ChatRequest): Transform<ChatEvent, Frame> {
  const write = request.stream ? streamWriter() : bodyWriter()
  return { push: (event) => (isOfAnother(event) ? [] : write(event)), end: () => [] }
}

const isOfAnother = (event: ChatEvent): boolean => 'choice' in event && event.choice !== 0
