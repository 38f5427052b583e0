import { type BlockStart, type ChatEvent, mergeUsage, type Usage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { customArguments } from './arguments.js'
import { finishWord } from './finish.js'
import { logprobItems } from './logprobs.js'
import { NAME } from './name.js'
import { encodeUsage } from './usage.js'
import { isPlan } from './words.js'

/** A block as the client sees it: a content or a call has its place among its like. */
interface Written {
  readonly as: 'text' | 'thinking' | 'plan' | 'call' | 'custom-call' | 'nothing'
  readonly index: number
  /** Free text of a custom tool, which is an argument of a function only when it is whole. */
  held: string
}

type Events<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>

/** Writes an answer as a stream's events; the finish waits for `message-end`, where the usage is. Errors have their own writer. */
export function streamWriter(): (event: ChatEvent) => readonly Frame[] {
  const blocks = new Map<number, Written>()
  let contents = 0
  let calls = 0
  let citations = 0
  let usage: Usage = {}
  let word = 'COMPLETE'

  const blockStart = ({ block, start, extras }: Events<'block-start'>): readonly Frame[] => {
    const as = isPlan(extras) ? 'plan' : formOf(start)
    const called = as === 'call' || as === 'custom-call'
    const index = called ? calls++ : as === 'text' || as === 'thinking' ? contents++ : 0
    blocks.set(block, { as, index, held: '' })
    if (as === 'text' || as === 'thinking') {
      return [event('content-start', { index, ...content({ type: as, [as]: '' }) })]
    }
    if (start.kind !== 'tool-call') return []
    const call = { id: start.id, type: 'function', function: { name: start.name, arguments: '' } }
    return [event('tool-call-start', { index, ...message({ tool_calls: call }) })]
  }

  const delta = ({ block, text, logprobs }: Events<'delta'>): readonly Frame[] => {
    const into = blocks.get(block)
    if (into === undefined) return []
    const { as, index } = into
    switch (as) {
      case 'text':
      case 'thinking': {
        const [item] = as === 'text' ? logprobItems(logprobs) : []
        const piece = { index, ...content({ [as]: text }), ...(item === undefined ? {} : { logprobs: item }) }
        return [event('content-delta', piece)]
      }
      case 'plan':
        return [event('tool-plan-delta', message({ tool_plan: text }))]
      case 'call':
        return [argued(index, text)]
      case 'custom-call':
        into.held += text
        return []
      case 'nothing':
        return []
    }
  }

  const blockEnd = (block: number): readonly Frame[] => {
    const written = blocks.get(block)
    if (written === undefined) return []
    blocks.delete(block)
    const { as, index, held } = written
    switch (as) {
      case 'text':
      case 'thinking':
        return [event('content-end', { index })]
      case 'call':
        return [event('tool-call-end', { index })]
      case 'custom-call':
        return [argued(index, customArguments(held)), event('tool-call-end', { index })]
      case 'plan':
      case 'nothing':
        return []
    }
  }

  const cite = (value: JsonObject): readonly Frame[] => {
    const index = citations++
    return [event('citation-start', { index, ...message({ citations: value }) }), event('citation-end', { index })]
  }

  return (each) => {
    switch (each.type) {
      case 'start':
        return [event('message-start', { id: each.id, ...message(EMPTY) })]
      case 'block-start':
        return blockStart(each)
      case 'delta':
        return delta(each)
      case 'block-end':
        return blockEnd(each.block)
      case 'annotation':
        return each.dialect === NAME ? cite(each.value) : []
      case 'finish':
        word = finishWord(each)
        return []
      case 'usage':
        usage = mergeUsage(usage, each.usage)
        return []
      case 'end': {
        const ending = { finish_reason: word, usage: encodeUsage(usage) }
        return [event('message-end', { delta: ending }), { type: 'event', event: '', data: '[DONE]' }]
      }
      case 'signature':
      case 'embedding':
      case 'error':
        return []
    }
  }
}

const EMPTY: JsonObject = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }

function formOf(start: BlockStart): Written['as'] {
  switch (start.kind) {
    case 'text':
    case 'refusal':
      return 'text'
    case 'reasoning':
      return 'thinking'
    case 'tool-call':
      return start.call === 'custom' ? 'custom-call' : 'call'
    case 'redacted-reasoning':
    case 'opaque':
      return 'nothing'
  }
}

const message = (members: JsonObject): JsonObject => ({ delta: { message: members } })
const content = (members: JsonObject): JsonObject => message({ content: members })
const argued = (index: number, text: string): Frame =>
  event('tool-call-delta', { index, ...message({ tool_calls: { function: { arguments: text } } }) })

function event(type: string, members: JsonObject): Frame {
  return { type: 'event', event: type, data: JSON.stringify({ type, ...members }) }
}
