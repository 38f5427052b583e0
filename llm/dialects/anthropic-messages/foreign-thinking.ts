import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/**
 * Whether a signature or redacted thinking is another provider's: in the vocabulary those carry the name of their dialect and a
 * colon, which the API's own never hold. It verifies what it gets, and refuses the whole request for one of these.
 */
export const isForeign = (proof: string): boolean => proof.includes(':')

/** The messages without thinking that another provider did, which clients keep and send back; undefined where there is none. */
export function withoutForeignThinking(messages: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (!Array.isArray(messages) || !messages.some(holdsForeign)) return undefined
  return messages.flatMap((message: JsonValue) => {
    if (!holdsForeign(message)) return [message]
    const content = contentOf(message).filter((block) => !isForeignThinking(block))
    // A turn has to say something.
    return content.length === 0 ? [] : [{ ...(message as JsonObject), content }]
  })
}

/** The paths of what `withoutForeignThinking` takes away. */
export function foreignThinkingIn(messages: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(messages)) return []
  return messages.flatMap((message: JsonValue, i) =>
    contentOf(message).flatMap((block, j) => (isForeignThinking(block) ? [`messages[${i}].content[${j}]`] : [])),
  )
}

const holdsForeign = (message: JsonValue): boolean => contentOf(message).some(isForeignThinking)

function contentOf(message: JsonValue): readonly JsonValue[] {
  const content = isObject(message) ? message['content'] : undefined
  return Array.isArray(content) ? content : []
}

function isForeignThinking(block: JsonValue): boolean {
  if (!isObject(block)) return false
  switch (block['type']) {
    case 'thinking':
      // Without a signature it is another provider's too: this one signs all that it thinks.
      return typeof block['signature'] !== 'string' || block['signature'] === '' || isForeign(block['signature'])
    case 'redacted_thinking':
      return typeof block['data'] === 'string' && isForeign(block['data'])
    default:
      return false
  }
}
