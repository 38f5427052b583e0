import type { JsonValue } from '../../../core/json.js'
import type { Recording } from '../recording.js'

/** A recorded response as it is served. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Where its frames end, in bytes; empty where it is one whole. */
  readonly frameEnds: readonly number[]
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  sse: 'text/event-stream',
  'aws-eventstream': 'application/vnd.amazon.eventstream',
}

/**
 * Recorded status, headers and bytes. A Gemini stream that was recorded as one JSON array is served as the events that its
 * provider sends when asked for them (`alt=sse`), which is how it is asked.
 */
export function wireAnswer({ response }: Recording): WireAnswer {
  const { status, headers, framing } = response
  if (framing === 'json-array') {
    const body = Buffer.from(eventsOf(response.body_text ?? '[]'))
    const { 'content-type': _, ...others } = headers
    return { status, headers: { ...others, 'content-type': 'text/event-stream' }, body, frameEnds: blankLines(body) }
  }
  const binary = response.body_base64 !== undefined
  const body = binary ? Buffer.from(response.body_base64, 'base64') : Buffer.from(response.body_text ?? '', 'utf8')
  return {
    status,
    headers: { ...headers, 'content-type': contentType(response) },
    body,
    frameEnds: framing === 'sse' ? blankLines(body) : framing === 'aws-eventstream' ? messages(body) : [],
  }
}

/** Some recorders kept no headers at all, or starred this one out; every provider names its content type. */
function contentType({ headers, framing }: Recording['response']): string {
  const recorded = headers['content-type']
  return recorded?.includes('/') ? recorded : (CONTENT_TYPES[framing] ?? 'application/json')
}

function eventsOf(array: string): string {
  const chunks = JSON.parse(array) as readonly JsonValue[]
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('')
}

/** Byte offsets after every blank line. */
function blankLines(body: Buffer): readonly number[] {
  // Latin-1 has one character per byte.
  return [...body.toString('latin1').matchAll(/\r?\n\r?\n/g)].map((found) => found.index + found[0].length)
}

/** Byte offsets after every message of an event stream; each begins with its length. */
function messages(body: Buffer): readonly number[] {
  const ends: number[] = []
  let at = 0
  while (at + 4 <= body.length) {
    const length = body.readUInt32BE(at)
    if (length === 0) break
    at += length
    ends.push(at)
  }
  return ends
}
