import type { ChatEvent, FinishReason } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'
import { finishReason } from './finish.js'
import { NAME } from './name.js'
import { type ReasoningPart, reasoningDetails, textOf, thinkingBlock, thinkingBlocks } from './thinking.js'
import { type CallSink, type ToolCallReader, toolCallReader } from './tool-call-reader.js'

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

/** Ids for the calls that came without one. */
export interface CallIds {
  newId(choice: number, call: number): string
}

/** Turns the deltas of one choice into blocks. */
export function choiceReader(choice: number, ids: CallIds): ChoiceReader {
  return new BlockReader(choice, ids)
}

class BlockReader implements ChoiceReader, CallSink {
  readonly choice: number
  private readonly ids: CallIds
  private blocks = 0
  private open: { readonly kind: Spoken; readonly block: number } | undefined = undefined
  private isFinished = false
  // Texts in `thinking_blocks` repeat those of the plain members wherever both are sent.
  private plainReasoning = false
  private thought = false
  /** Made with the first call: most answers have none. */
  private calls: ToolCallReader | undefined = undefined

  constructor(choice: number, ids: CallIds) {
    this.choice = choice
    this.ids = ids
  }

  read(source: JsonObject, form: 'delta' | 'message', logprobs: JsonValue | undefined, out: ChatEvent[]): void {
    this.reason(source, form, out)
    const ofText = hasTokens(logprobs, 'content') ? logprobs : undefined
    const ofRefusal = hasTokens(logprobs, 'refusal') ? logprobs : undefined
    this.speak(source.content, ofText, out)
    const refusal = nonEmpty(source.refusal)
    if (refusal !== undefined) this.say('refusal', refusal, out, ofRefusal)
    this.annotate(source.annotations, out)
    for (const value of mediaOf(source)) {
      const { choice } = this
      this.close(out)
      const block = this.blocks++
      out.push({ type: 'block-start', choice, block, start: { kind: 'opaque', dialect: NAME, value } })
      out.push({ type: 'block-end', choice, block })
    }
    if (isArray(source.tool_calls)) {
      for (const call of source.tool_calls) {
        form === 'delta' ? this.callReader().delta(call, out) : this.callReader().whole(call, out)
      }
    }
    if (isObject(source.function_call)) this.callReader().legacy(source.function_call, out)
  }

  finish(raw: string, out: ChatEvent[]): void {
    this.stop(finishReason(raw), raw, out)
  }

  finishUnsaid(out: ChatEvent[]): void {
    this.stop(this.calls?.any() ? 'tool-calls' : 'other', '', out)
  }

  close(out: ChatEvent[]): void {
    this.closeSpoken(out)
    this.calls?.close(out)
  }

  finished(): boolean {
    return this.isFinished
  }

  nextBlock(): number {
    return this.blocks++
  }

  newId(): string {
    return this.ids.newId(this.choice, this.blocks)
  }

  beforeCall(out: ChatEvent[]): void {
    this.closeSpoken(out)
  }

  private callReader(): ToolCallReader {
    this.calls ??= toolCallReader(this)
    return this.calls
  }

  private closeSpoken(out: ChatEvent[]): void {
    if (this.open !== undefined) out.push({ type: 'block-end', choice: this.choice, block: this.open.block })
    this.open = undefined
  }

  private blockOf(kind: Spoken, out: ChatEvent[]): number {
    if (this.open?.kind === kind) return this.open.block
    this.close(out)
    const block = this.blocks++
    this.open = { kind, block }
    if (kind === 'reasoning') this.thought = true
    out.push({ type: 'block-start', choice: this.choice, block, start: { kind } })
    return block
  }

  private say(kind: Spoken, text: string, out: ChatEvent[], logprobs?: JsonValue): void {
    const { choice } = this
    const block = this.blockOf(kind, out)
    out.push(
      logprobs === undefined
        ? { type: 'delta', choice, block, text }
        : { type: 'delta', choice, block, text, logprobs },
    )
  }

  private sign(signature: string, out: ChatEvent[]): void {
    // A signature that comes late has lost its block.
    if (this.thought && this.open?.kind !== 'reasoning') return
    out.push({ type: 'signature', choice: this.choice, block: this.blockOf('reasoning', out), signature })
    this.closeSpoken(out)
  }

  private whole(parts: readonly ReasoningPart[], out: ChatEvent[]): void {
    const { choice } = this
    for (const part of parts) {
      if (part.redacted === undefined && part.text === '' && part.signature === undefined) continue
      this.close(out)
      if (part.redacted !== undefined) {
        this.redact(part.redacted, out)
        continue
      }
      const block = this.blockOf('reasoning', out)
      if (part.text !== '') out.push({ type: 'delta', choice, block, text: part.text })
      if (part.signature !== undefined) out.push({ type: 'signature', choice, block, signature: part.signature })
      this.close(out)
    }
  }

  private redact(data: string, out: ChatEvent[]): void {
    const { choice } = this
    this.close(out)
    const block = this.blocks++
    out.push({ type: 'block-start', choice, block, start: { kind: 'redacted-reasoning', data } })
    out.push({ type: 'block-end', choice, block })
  }

  private reason(source: JsonObject, form: 'delta' | 'message', out: ChatEvent[]): void {
    const plain = nonEmpty(source.reasoning_content) ?? nonEmpty(source.reasoning)
    if (plain !== undefined) this.plainReasoning = true
    const hasBlocks = source.thinking_blocks !== undefined
    const hasDetails = source.reasoning_details !== undefined
    if (!hasBlocks && !hasDetails) {
      if (plain !== undefined) this.say('reasoning', plain, out)
      return
    }
    const given = thinkingBlocks(source.thinking_blocks)
    const parts = given.length > 0 ? given : reasoningDetails(source.reasoning_details)
    const text = textOf(parts)
    if (form === 'message' && (plain === undefined || text === plain)) {
      this.whole(parts, out)
      return
    }
    const fresh = given.length > 0 ? !this.plainReasoning : plain === undefined
    const said = plain ?? (fresh ? text : '')
    if (said !== '') this.say('reasoning', said, out)
    for (const part of parts) {
      if (part.redacted !== undefined) this.redact(part.redacted, out)
      if (part.signature !== undefined) this.sign(part.signature, out)
    }
  }

  private speak(content: JsonValue | undefined, logprobs: JsonValue | undefined, out: ChatEvent[]): void {
    if (typeof content === 'string') {
      // A token that is a part of a character has logprobs but no text yet.
      if (content !== '' || (logprobs !== undefined && this.open?.kind === 'text')) {
        this.say('text', content, out, logprobs)
      }
      return
    }
    if (!isArray(content)) return
    for (const part of content) {
      const thinking = thinkingBlock(part)
      if (thinking !== undefined) {
        if (thinking.redacted !== undefined) this.redact(thinking.redacted, out)
        if (thinking.text !== '') this.say('reasoning', thinking.text, out)
        if (thinking.signature !== undefined) this.sign(thinking.signature, out)
      } else if (isObject(part)) {
        const text = nonEmpty(part.text)
        if (text !== undefined) this.say('text', text, out)
        const refusal = nonEmpty(part.refusal)
        if (refusal !== undefined) this.say('refusal', refusal, out)
      }
    }
  }

  private annotate(annotations: JsonValue | undefined, out: ChatEvent[]): void {
    if (!isArray(annotations)) return
    const { choice } = this
    for (const value of annotations) {
      if (!isObject(value)) continue
      out.push({ type: 'annotation', choice, block: this.blockOf('text', out), dialect: NAME, value })
    }
  }

  private stop(reason: FinishReason, raw: string, out: ChatEvent[]): void {
    this.close(out)
    if (!this.isFinished) out.push({ type: 'finish', choice: this.choice, reason, raw })
    this.isFinished = true
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
