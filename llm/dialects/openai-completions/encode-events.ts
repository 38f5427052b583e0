import { type ChatEvent, type FinishReason, mergeUsage, type Usage } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { bodyFrame } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { encodeUsage } from '../openai-chat/usage.js'

type Start = Extract<ChatEvent, { type: 'start' }>
type Word = 'stop' | 'length' | 'content_filter'

/** Collects an answer and writes it at its `end` as one `text_completion`; an answer without an end is none. */
export function bodyEncoder(): Transform<ChatEvent, Frame> {
  let start: Start | undefined
  let usage: Usage | undefined
  const shown = shownText()
  const choices = new Map<number, { text: string; reason: Word | null }>()
  const choiceOf = (index: number) => {
    const known = choices.get(index) ?? { text: '', reason: null }
    choices.set(index, known)
    return known
  }

  const body = (): Frame => {
    const written = [...choices]
      .sort(([a], [b]) => a - b)
      .map(([index, { text, reason }]) => choice(index, text, reason))
    const counted = usage === undefined ? {} : { usage: encodeUsage(usage) }
    return bodyFrame({ ...headOf(start), choices: written, ...counted })
  }

  return {
    push(event) {
      const text = shown(event)
      if (text !== undefined) choiceOf(text.choice).text += text.text
      if (event.type === 'start') start = event
      if (event.type === 'finish') choiceOf(event.choice).reason = wordFor(event.reason)
      if (event.type === 'usage') usage = mergeUsage(usage ?? {}, event.usage)
      return event.type === 'end' ? [body()] : []
    },
    end: () => [],
  }
}

/** Writes an answer as it comes, one chunk per piece of text, and `[DONE]` at its end. */
export function streamEncoder(wish: 'with-usage' | 'without-usage'): Transform<ChatEvent, Frame> {
  let head = headOf(undefined)
  let usage: Usage | undefined
  const shown = shownText()
  const tail = wish === 'with-usage' ? { usage: null } : {}
  const frame = (value: JsonValue): Frame => ({ type: 'event', event: '', data: JSON.stringify(value) })
  const chunk = (index: number, text: string, reason: Word | null) =>
    frame({ ...head, choices: [choice(index, text, reason)], ...tail })

  return {
    push(event) {
      const text = shown(event)
      if (text !== undefined && text.text !== '') return [chunk(text.choice, text.text, null)]
      if (event.type === 'start') head = headOf(event)
      if (event.type === 'usage') usage = mergeUsage(usage ?? {}, event.usage)
      if (event.type === 'finish') return [chunk(event.choice, '', wordFor(event.reason))]
      if (event.type !== 'end') return []
      const counted = wish === 'with-usage' && usage ? [frame({ ...head, choices: [], usage: encodeUsage(usage) })] : []
      return [...counted, { type: 'event', event: '', data: '[DONE]' }]
    },
    end: () => [],
  }
}

/** The text of an event that belongs into a completion: what was thought, and calls of tools, do not. */
function shownText(): (event: ChatEvent) => { readonly choice: number; readonly text: string } | undefined {
  const spoken = new Set<string>()
  return (event) => {
    if (event.type === 'block-start') {
      if (event.start.kind === 'text' || event.start.kind === 'refusal') spoken.add(`${event.choice} ${event.block}`)
      return undefined
    }
    if (event.type !== 'delta' || !spoken.has(`${event.choice} ${event.block}`)) return undefined
    return { choice: event.choice, text: event.text }
  }
}

function headOf(start: Start | undefined): JsonObject {
  return {
    id: start?.id || 'cmpl-unknown',
    object: 'text_completion',
    created: Math.floor(start?.created ?? 0),
    model: start?.model ?? '',
    ...(start?.systemFingerprint === undefined ? {} : { system_fingerprint: start.systemFingerprint }),
  }
}

function choice(index: number, text: string, reason: Word | null): JsonObject {
  return { text, index, logprobs: null, finish_reason: reason }
}

function wordFor(reason: FinishReason): Word {
  switch (reason) {
    case 'stop':
    case 'tool-calls':
    case 'other':
      return 'stop'
    case 'length':
      return 'length'
    case 'content-filter':
    case 'refusal':
      return 'content_filter'
  }
}
