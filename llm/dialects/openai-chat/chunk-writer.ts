import type { ChatEvent, Usage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { encodeUsage } from './usage.js'

/** The event that says what all chunks of an answer share. */
export type StartEvent = Extract<ChatEvent, { type: 'start' }>

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
export class ChunkWriter {
  private readonly head: string
  private readonly lead: string
  private readonly tail: string

  constructor(start: StartEvent | undefined, usage: 'with-usage' | 'without-usage') {
    this.head = JSON.stringify(answerHead('chat.completion.chunk', start)).slice(0, -1)
    this.lead = `${this.head},"choices":[{"index":`
    this.tail = usage === 'with-usage' ? '],"usage":null}' : ']}'
  }

  /** A chunk of one choice; `members` (of its `delta`) and `logprobs` are JSON text. */
  delta(choice: number, members: string, logprobs = 'null'): Frame {
    return event(`${this.lead}${choice},"delta":{${members}},"logprobs":${logprobs},"finish_reason":null}${this.tail}`)
  }

  finish(choice: number, word: string): Frame {
    const reason = JSON.stringify(word)
    return event(`${this.lead}${choice},"delta":{},"logprobs":null,"finish_reason":${reason}}${this.tail}`)
  }

  usage(counted: Usage): Frame {
    return event(`${this.head},"choices":[],"usage":${JSON.stringify(encodeUsage(counted))}}`)
  }
}

function event(data: string): Frame {
  return { type: 'event', event: '', data }
}
