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
    const value = documentOf(frame)
    if (value === undefined) return frame
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

/** What has been read already, else what the text says; sound and pictures have none. */
function documentOf(frame: Frame): JsonValue | undefined {
  if (frame.type === 'body' && typeof frame.value === 'object' && frame.value !== null) return frame.value
  const { data } = frame
  return data === '' || data === '[DONE]' ? undefined : documentIn(data)
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
