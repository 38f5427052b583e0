import type { ChatEvent, FinishReason } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'
import { finishReason } from './finish.js'
import { NAME } from './name.js'
import { type ReasoningPart, reasoningDetails, textOf, thinkingBlock, thinkingBlocks } from './thinking.js'
import { toolCallReader } from './tool-call-reader.js'

type Spoken = 'text' | 'refusal' | 'reasoning'

/** Reads what one choice of an answer says; each method adds its events to `out`. */
export interface ChoiceReader {
  /** A `delta`, or a whole `message`, with the choice's `logprobs`. */
  read(source: JsonObject, form: 'delta' | 'message', logprobs: JsonValue | undefined, out: ChatEvent[]): void
  /** The choice's `finish_reason`; the first one counts. */
  finish(raw: string, out: ChatEvent[]): void
  /** For a choice whose provider never said why it stopped. */
  finishUnsaid(out: ChatEvent[]): void
  close(out: ChatEvent[]): void
  finished(): boolean
}

/** Turns the deltas of one choice into blocks. `newId` names the calls that came without an id. */
export function choiceReader(choice: number, newId: (call: number) => string): ChoiceReader {
  let blocks = 0
  let open: { readonly kind: Spoken; readonly block: number } | undefined
  let finished = false
  // Texts in `thinking_blocks` repeat those of the plain members wherever both are sent.
  let plainReasoning = false
  let thought = false

  const closeSpoken = (out: ChatEvent[]) => {
    if (open !== undefined) out.push({ type: 'block-end', choice, block: open.block })
    open = undefined
  }
  const calls = toolCallReader({
    choice,
    nextBlock: () => blocks++,
    newId: () => newId(blocks),
    beforeCall: closeSpoken,
  })
  const close = (out: ChatEvent[]) => {
    closeSpoken(out)
    calls.close(out)
  }
  const blockOf = (kind: Spoken, out: ChatEvent[]): number => {
    if (open?.kind === kind) return open.block
    close(out)
    open = { kind, block: blocks++ }
    if (kind === 'reasoning') thought = true
    out.push({ type: 'block-start', choice, block: open.block, start: { kind } })
    return open.block
  }
  const say = (kind: Spoken, text: string, out: ChatEvent[], logprobs?: JsonValue) => {
    const block = blockOf(kind, out)
    out.push(
      logprobs === undefined
        ? { type: 'delta', choice, block, text }
        : { type: 'delta', choice, block, text, logprobs },
    )
  }

  const sign = (signature: string, out: ChatEvent[]) => {
    // A signature that comes late has lost its block.
    if (thought && open?.kind !== 'reasoning') return
    out.push({ type: 'signature', choice, block: blockOf('reasoning', out), signature })
    closeSpoken(out)
  }
  const whole = (parts: readonly ReasoningPart[], out: ChatEvent[]) => {
    for (const part of parts) {
      if (part.redacted === undefined && part.text === '' && part.signature === undefined) continue
      close(out)
      if (part.redacted !== undefined) {
        redact(part.redacted, out)
        continue
      }
      const block = blockOf('reasoning', out)
      if (part.text !== '') out.push({ type: 'delta', choice, block, text: part.text })
      if (part.signature !== undefined) out.push({ type: 'signature', choice, block, signature: part.signature })
      close(out)
    }
  }
  const redact = (data: string, out: ChatEvent[]) => {
    close(out)
    const block = blocks++
    out.push({ type: 'block-start', choice, block, start: { kind: 'redacted-reasoning', data } })
    out.push({ type: 'block-end', choice, block })
  }

  const reason = (source: JsonObject, form: 'delta' | 'message', out: ChatEvent[]) => {
    const plain = nonEmpty(source.reasoning_content) ?? nonEmpty(source.reasoning)
    if (plain !== undefined) plainReasoning = true
    const hasBlocks = source.thinking_blocks !== undefined
    const hasDetails = source.reasoning_details !== undefined
    if (!hasBlocks && !hasDetails) {
      if (plain !== undefined) say('reasoning', plain, out)
      return
    }
    const given = thinkingBlocks(source.thinking_blocks)
    const parts = given.length > 0 ? given : reasoningDetails(source.reasoning_details)
    const text = textOf(parts)
    if (form === 'message' && (plain === undefined || text === plain)) {
      whole(parts, out)
      return
    }
    const fresh = given.length > 0 ? !plainReasoning : plain === undefined
    const said = plain ?? (fresh ? text : '')
    if (said !== '') say('reasoning', said, out)
    for (const part of parts) {
      if (part.redacted !== undefined) redact(part.redacted, out)
      if (part.signature !== undefined) sign(part.signature, out)
    }
  }

  const speak = (content: JsonValue | undefined, logprobs: JsonValue | undefined, out: ChatEvent[]) => {
    if (typeof content === 'string') {
      // A token that is a part of a character has logprobs but no text yet.
      if (content !== '' || (logprobs !== undefined && open?.kind === 'text')) say('text', content, out, logprobs)
      return
    }
    if (!isArray(content)) return
    for (const part of content) {
      const thinking = thinkingBlock(part)
      if (thinking !== undefined) {
        if (thinking.redacted !== undefined) redact(thinking.redacted, out)
        if (thinking.text !== '') say('reasoning', thinking.text, out)
        if (thinking.signature !== undefined) sign(thinking.signature, out)
      } else if (isObject(part)) {
        const text = nonEmpty(part.text)
        if (text !== undefined) say('text', text, out)
        const refusal = nonEmpty(part.refusal)
        if (refusal !== undefined) say('refusal', refusal, out)
      }
    }
  }

  const annotate = (annotations: JsonValue | undefined, out: ChatEvent[]) => {
    if (!isArray(annotations)) return
    for (const value of annotations) {
      if (!isObject(value)) continue
      out.push({ type: 'annotation', choice, block: blockOf('text', out), dialect: NAME, value })
    }
  }

  const finish = (reason: FinishReason, raw: string, out: ChatEvent[]) => {
    close(out)
    if (!finished) out.push({ type: 'finish', choice, reason, raw })
    finished = true
  }

  return {
    read(source, form, logprobs, out) {
      reason(source, form, out)
      const ofText = hasTokens(logprobs, 'content') ? logprobs : undefined
      const ofRefusal = hasTokens(logprobs, 'refusal') ? logprobs : undefined
      speak(source.content, ofText, out)
      const refusal = nonEmpty(source.refusal)
      if (refusal !== undefined) say('refusal', refusal, out, ofRefusal)
      annotate(source.annotations, out)
      for (const value of mediaOf(source)) {
        close(out)
        const block = blocks++
        out.push({ type: 'block-start', choice, block, start: { kind: 'opaque', dialect: NAME, value } })
        out.push({ type: 'block-end', choice, block })
      }
      if (isArray(source.tool_calls)) {
        for (const call of source.tool_calls) form === 'delta' ? calls.delta(call, out) : calls.whole(call, out)
      }
      if (isObject(source.function_call)) calls.legacy(source.function_call, out)
    },
    finish: (raw, out) => finish(finishReason(raw), raw, out),
    finishUnsaid: (out) => finish(calls.any() ? 'tool-calls' : 'other', '', out),
    close,
    finished: () => finished,
  }
}

/** Sound and pictures that a model made, as the members they came in. */
function mediaOf(source: JsonObject): readonly JsonObject[] {
  const { audio, images } = source
  const media: JsonObject[] = []
  if (isObject(audio) && Object.values(audio).some((value) => nonEmpty(value) !== undefined)) media.push({ audio })
  if (isArray(images) && images.length > 0) media.push({ images })
  return media
}

function hasTokens(logprobs: JsonValue | undefined, member: 'content' | 'refusal'): boolean {
  if (!isObject(logprobs)) return false
  const tokens = logprobs[member]
  return isArray(tokens) && tokens.length > 0
}

function nonEmpty(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
