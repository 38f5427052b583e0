import type { JsonValue } from './json.js'
import { type Watch, watchFailed } from './policy.js'
import type { Frame } from './provider.js'

/**
 * What the watches make of the frames of an answer that is not read into events; undefined where none of them wants to see it. Throws a
 * `GatewayError` where one of them fails.
 */
export function editorOf(watches: readonly Watch[]): ((frame: Frame) => Frame) | undefined {
  const watching = watches.filter(({ document }) => document !== undefined)
  if (watching.length === 0) return undefined
  return (frame) => {
    // Sound and pictures have no text.
    if (frame.data === '' || frame.data === '[DONE]') return frame
    const value = documentIn(frame.data)
    const made = seenBy(watching, value)
    if (made === value) return frame
    const data = typeof value === 'string' && typeof made === 'string' ? made : JSON.stringify(made)
    return frame.type === 'event' ? { type: 'event', event: frame.event, data } : { type: 'body', data }
  }
}

function seenBy(watches: readonly Watch[], value: JsonValue): JsonValue {
  try {
    return watches.reduce((made, watch) => watch.document?.(made) ?? made, value)
  } catch (cause) {
    return watchFailed(cause)
  }
}

/** JSON, or the text itself where it is no object and no array (transcripts, subtitles). */
function documentIn(data: string): JsonValue {
  try {
    const value = JSON.parse(data) as JsonValue
    return typeof value === 'object' && value !== null ? value : data
  } catch {
    return data
  }
}
