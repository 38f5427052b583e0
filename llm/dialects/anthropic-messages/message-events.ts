import { isObject, type JsonObject } from '../../../core/json.js'

/**
 * Spells a whole message as the stream events that would have built it, so that bodies and streams are read by the same
 * code. What is no message gives an event of no type; an error body gives itself.
 */
export function eventsOfMessage(body: JsonObject): readonly JsonObject[] {
  if (body['type'] === 'error' || isObject(body['error'])) return [{ ...body, type: 'error' }]
  const content = body['content']
  if (!Array.isArray(content) || !content.every(isObject)) return [{}]
  const delta = { stop_reason: body['stop_reason'], stop_sequence: body['stop_sequence'] }
  const usage = body['usage']
  // The blocks of searches count as searches begun; the message knows how many there were in the end.
  const counted = isObject(usage) && isObject(usage['server_tool_use']) ? { usage } : {}
  return [
    { type: 'message_start', message: body },
    ...content.flatMap((block: JsonObject, index) => [
      { type: 'content_block_start', index, content_block: block },
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta, ...counted },
    { type: 'message_stop' },
  ]
}
