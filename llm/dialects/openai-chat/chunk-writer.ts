import type { ChatEvent, Usage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { encodeUsage } from './usage.js'

/** The event that says what all chunks of an answer share. */
export type StartEvent = Extract<ChatEvent, { type: 'start' }>

/** Writes the chunks of one answer. */
export interface ChunkWriter {
  /** A chunk of one choice; `members` (of its `delta`) and `logprobs` are JSON text. */
  delta(choice: number, members: string, logprobs?: string): Frame
  finish(choice: number, word: string): Frame
  usage(usage: Usage): Frame
}

/** The members that chunks and bodies share; an answer whose provider gave no id gets a constant one. */
export function answerHead(object: string, start: StartEvent | undefined): JsonObject {
  return {
    id: start?.id || 'chatcmpl-unknown',
    object,
    created: Math.floor(start?.created ?? 0),
    model: start?.model ?? '',
    ...(start?.serviceTier === undefined ? {} : { service_tier: start.serviceTier }),
    ...(start?.systemFingerprint === undefined ? {} : { system_fingerprint: start.systemFingerprint }),
  }
}

/**
 * Writes `chat.completion.chunk` events of one answer. What all its chunks share is serialized once; with usage asked for,
 * every chunk but the last says `usage: null`, as OpenAI's do.
 */
export function chunkWriter(start: StartEvent | undefined, usage: 'with-usage' | 'without-usage'): ChunkWriter {
  const head = JSON.stringify(answerHead('chat.completion.chunk', start)).slice(0, -1)
  const tail = usage === 'with-usage' ? '],"usage":null}' : ']}'
  const lead = `${head},"choices":[{"index":`
  const event = (data: string): Frame => ({ type: 'event', event: '', data })
  return {
    delta: (choice, members, logprobs = 'null') =>
      event(`${lead}${choice},"delta":{${members}},"logprobs":${logprobs},"finish_reason":null}${tail}`),
    finish: (choice, word) =>
      event(`${lead}${choice},"delta":{},"logprobs":null,"finish_reason":${JSON.stringify(word)}}${tail}`),
    usage: (counted) => event(`${head},"choices":[],"usage":${JSON.stringify(encodeUsage(counted))}}`),
  }
}
