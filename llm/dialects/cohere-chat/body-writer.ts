import { type BlockStart, type ChatEvent, mergeUsage, type Usage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { bodyFrame } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import { customArguments } from './arguments.js'
import { finishWord } from './finish.js'
import { logprobItems } from './logprobs.js'
import { NAME } from './name.js'
import { encodeUsage } from './usage.js'
import { isPlan } from './words.js'

interface Held {
  readonly start: BlockStart
  readonly as: 'plan' | 'itself'
  readonly texts: string[]
}

/** Collects an answer and writes it as one body when it ends. Errors have their own writer. */
export function bodyWriter(): (event: ChatEvent) => readonly Frame[] {
  const blocks = new Map<number, Held>()
  const citations: JsonObject[] = []
  const logprobs: JsonObject[] = []
  let id = ''
  let usage: Usage = {}
  let word = 'COMPLETE'

  const body = (): JsonObject => ({
    id,
    message: messageOf([...blocks.values()], citations),
    finish_reason: word,
    usage: encodeUsage(usage),
    ...(logprobs.length === 0 ? {} : { logprobs }),
  })

  return (each) => {
    switch (each.type) {
      case 'start':
        id = each.id
        return []
      case 'block-start':
        blocks.set(each.block, { start: each.start, as: isPlan(each.extras) ? 'plan' : 'itself', texts: [] })
        return []
      case 'delta': {
        const block = blocks.get(each.block)
        block?.texts.push(each.text)
        if (block?.start.kind === 'text') for (const item of logprobItems(each.logprobs)) logprobs.push(item)
        return []
      }
      case 'annotation':
        if (each.dialect === NAME) citations.push(each.value)
        return []
      case 'finish':
        word = finishWord(each)
        return []
      case 'usage':
        usage = mergeUsage(usage, each.usage)
        return []
      case 'end':
        return [bodyFrame(body())]
      case 'block-end':
      case 'signature':
      case 'embedding':
      case 'error':
        return []
    }
  }
}

function messageOf(blocks: readonly Held[], citations: readonly JsonObject[]): JsonObject {
  const content = blocks.flatMap(contentOf)
  const plan = blocks.flatMap(({ as, texts }) => (as === 'plan' ? texts : [])).join('')
  const calls = blocks.flatMap(callOf)
  return {
    role: 'assistant',
    ...(content.length === 0 ? {} : { content }),
    ...(plan === '' ? {} : { tool_plan: plan }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(citations.length === 0 ? {} : { citations }),
  }
}

function contentOf({ start, as, texts }: Held): readonly JsonObject[] {
  if (as === 'plan') return []
  switch (start.kind) {
    case 'text':
    case 'refusal':
      return [{ type: 'text', text: texts.join('') }]
    case 'reasoning':
      return [{ type: 'thinking', thinking: texts.join('') }]
    case 'redacted-reasoning':
    case 'tool-call':
    case 'opaque':
      return []
  }
}

function callOf({ start, texts }: Held): readonly JsonObject[] {
  if (start.kind !== 'tool-call') return []
  const text = texts.join('')
  const args = start.call === 'custom' ? customArguments(text) : text === '' ? '{}' : text
  return [{ id: start.id, type: 'function', function: { name: start.name, arguments: args } }]
}
