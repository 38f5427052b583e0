import { type ChatEvent, type FinishReason, mergeUsage, type Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { bodyFrame } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { isArray } from '../shared/arrays.js'
import { answerHead, type StartEvent } from './chunk-writer.js'
import { finishWord } from './finish.js'
import { NAME } from './name.js'
import { encodeUsage } from './usage.js'

type Block = Extract<ChatEvent, { type: 'block-start' }>['start']

interface Held {
  readonly start: Block
  text: string
  signature?: string
}

interface Choice {
  readonly blocks: Map<number, Held>
  readonly annotations: JsonObject[]
  readonly contentTokens: JsonValue[]
  readonly refusalTokens: JsonValue[]
  reason?: FinishReason
}

/** Collects an answer and writes it at its `end` as one `chat.completion` body; an answer without an end is none. */
export function bodyEncoder(): Transform<ChatEvent, Frame> {
  let start: StartEvent | undefined
  let usage: Usage | undefined
  const choices = new Map<number, Choice>()

  const choiceOf = (index: number): Choice => {
    const known = choices.get(index)
    if (known !== undefined) return known
    const choice: Choice = { blocks: new Map(), annotations: [], contentTokens: [], refusalTokens: [] }
    choices.set(index, choice)
    return choice
  }

  const body = (): Frame => {
    const written = [...choices].sort(([a], [b]) => a - b).map(([index, choice]) => encodeChoice(index, choice))
    const head = answerHead('chat.completion', start)
    const counted = usage === undefined ? {} : { usage: encodeUsage(usage) }
    return bodyFrame({ ...head, choices: written, ...counted })
  }

  const push = (event: ChatEvent): readonly Frame[] => {
    switch (event.type) {
      case 'start':
        start = event
        return []
      case 'block-start':
        choiceOf(event.choice).blocks.set(event.block, { start: event.start, text: '' })
        return []
      case 'delta': {
        const choice = choiceOf(event.choice)
        const block = choice.blocks.get(event.block)
        if (block !== undefined) block.text += event.text
        if (isObject(event.logprobs)) keepTokens(choice, event.logprobs)
        return []
      }
      case 'signature': {
        const block = choiceOf(event.choice).blocks.get(event.block)
        if (block !== undefined) block.signature = event.signature
        return []
      }
      case 'annotation':
        if (event.dialect === NAME) choiceOf(event.choice).annotations.push(event.value)
        return []
      case 'finish':
        choiceOf(event.choice).reason = event.reason
        return []
      case 'usage':
        usage = usage === undefined ? event.usage : mergeUsage(usage, event.usage)
        return []
      case 'end':
        return [body()]
      case 'block-end':
      case 'embedding':
      case 'error': // its writer is encodeError
        return []
    }
  }
  return { push, end: () => [] }
}

function keepTokens(choice: Choice, logprobs: JsonObject): void {
  if (isArray(logprobs.content)) choice.contentTokens.push(...logprobs.content)
  if (isArray(logprobs.refusal)) choice.refusalTokens.push(...logprobs.refusal)
}

function encodeChoice(index: number, choice: Choice): JsonObject {
  const blocks = [...choice.blocks.values()]
  const refused = blocks.some((block) => block.start.kind === 'refusal') ? 'with-refusal' : 'without-refusal'
  const { contentTokens, refusalTokens } = choice
  const content = contentTokens.length === 0 ? null : contentTokens
  const refusal = refusalTokens.length === 0 ? null : refusalTokens
  return {
    index,
    message: encodeMessage(blocks, choice.annotations),
    logprobs: content === null && refusal === null ? null : { content, refusal },
    finish_reason: finishWord(choice.reason ?? 'other', refused),
  }
}

function encodeMessage(blocks: readonly Held[], annotations: readonly JsonObject[]): JsonObject {
  const text = textOf(blocks, 'text')
  const refusal = textOf(blocks, 'refusal')
  const reasoning = textOf(blocks, 'reasoning')
  const calls = blocks.flatMap(encodeCall)
  const media = blocks.flatMap(({ start }) => (start.kind === 'opaque' && start.dialect === NAME ? [start.value] : []))
  const silent = calls.length > 0 || refusal !== '' || media.length > 0
  const thinking = encodeThinking(blocks)
  return {
    role: 'assistant',
    content: text === '' && silent ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(thinking.length === 0 ? {} : { thinking_blocks: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...Object.assign({}, ...media),
  }
}

function textOf(blocks: readonly Held[], kind: Block['kind']): string {
  return blocks.reduce((text, block) => (block.start.kind === kind ? text + block.text : text), '')
}

function encodeCall({ start, text }: Held): readonly JsonObject[] {
  if (start.kind !== 'tool-call') return []
  const { id, name } = start
  return start.call === 'custom'
    ? [{ id, type: 'custom', custom: { name, input: text } }]
    : [{ id, type: 'function', function: { name, arguments: text === '' ? '{}' : text } }]
}

/** All reasoning in order, once any of it has a signature or is encrypted: providers want it back complete. */
function encodeThinking(blocks: readonly Held[]): readonly JsonObject[] {
  const thinking = blocks.flatMap(({ start, text, signature }): readonly JsonObject[] => {
    if (start.kind === 'redacted-reasoning') return [{ type: 'redacted_thinking', data: start.data }]
    if (start.kind !== 'reasoning') return []
    return [{ type: 'thinking', thinking: text, ...(signature === undefined ? {} : { signature }) }]
  })
  return thinking.some((block) => block.signature !== undefined || block.data !== undefined) ? thinking : []
}
