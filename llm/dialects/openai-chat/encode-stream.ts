import { type ChatEvent, mergeUsage, type Usage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { type ChunkWriter, chunkWriter } from './chunk-writer.js'
import { finishWord } from './finish.js'
import { NAME } from './name.js'

type BlockStart = Extract<ChatEvent, { type: 'block-start' }>
type Delta = Extract<ChatEvent, { type: 'delta' }>

/** A block as the client sees it: a tool call has its place among the choice's calls. */
interface Block {
  readonly start: BlockStart['start']
  readonly call: number
  /** The text so far: of reasoning because its signature is sent with it, of a call to know whether there is any. */
  text: string
}

interface Choice {
  readonly index: number
  readonly blocks: Map<number, Block>
  calls: number
  refused: boolean
  /** Whether the first chunk, which names the role, is out. */
  begun: boolean
}

/**
 * Writes an answer as `chat.completion.chunk` events and `[DONE]`. Each event's chunk leaves at once; usage waits for the
 * end, where OpenAI has it. Signed reasoning is repeated whole in `thinking_blocks`, ready to be sent back.
 */
export function streamEncoder(usageWish: 'with-usage' | 'without-usage'): Transform<ChatEvent, Frame> {
  let writer: ChunkWriter | undefined
  let usage: Usage | undefined
  const choices = new Map<number, Choice>()

  const choiceOf = (index: number): Choice => {
    const known = choices.get(index)
    if (known !== undefined) return known
    const choice: Choice = { index, blocks: new Map(), calls: 0, refused: false, begun: false }
    choices.set(index, choice)
    return choice
  }
  const chunk = (choice: Choice, members: string, logprobs?: string): readonly Frame[] => {
    writer ??= chunkWriter(undefined, usageWish)
    const role = choice.begun ? '' : `"role":"assistant"${members === '' ? '' : ','}`
    choice.begun = true
    return [writer.delta(choice.index, role + members, logprobs)]
  }

  const blockStart = (event: BlockStart): readonly Frame[] => {
    const { start } = event
    const choice = choiceOf(event.choice)
    const block: Block = { start, call: start.kind === 'tool-call' ? choice.calls++ : 0, text: '' }
    choice.blocks.set(event.block, block)
    switch (start.kind) {
      case 'text':
      case 'reasoning':
        return []
      case 'refusal':
        choice.refused = true
        return []
      case 'redacted-reasoning':
        return chunk(choice, thinkingBlocks({ type: 'redacted_thinking', data: start.data }))
      case 'tool-call': {
        const { id, name } = start
        return chunk(
          choice,
          start.call === 'custom'
            ? toolCalls({ index: block.call, id, type: 'custom', custom: { name, input: '' } })
            : toolCalls({ index: block.call, id, type: 'function', function: { name, arguments: '' } }),
        )
      }
      case 'opaque':
        return start.dialect === NAME ? chunk(choice, JSON.stringify(start.value).slice(1, -1)) : []
    }
  }

  const delta = (event: Delta): readonly Frame[] => {
    const { text } = event
    const choice = choices.get(event.choice)
    const block = choice?.blocks.get(event.block)
    if (choice === undefined || block === undefined || (text === '' && event.logprobs === undefined)) return []
    switch (block.start.kind) {
      case 'text':
        return chunk(choice, `"content":${JSON.stringify(text)}`, logprobsText(event))
      case 'refusal':
        return chunk(choice, `"refusal":${JSON.stringify(text)}`, logprobsText(event))
      case 'reasoning':
        block.text += text
        return chunk(choice, `"reasoning_content":${JSON.stringify(text)}`)
      case 'tool-call':
        block.text = 'some'
        return chunk(choice, callText(block, block.start.call, text))
      case 'redacted-reasoning':
      case 'opaque':
        return []
    }
  }

  const blockEnd = (index: number, number: number): readonly Frame[] => {
    const choice = choices.get(index)
    const block = choice?.blocks.get(number)
    if (choice === undefined || block === undefined) return []
    choice.blocks.delete(number)
    // Clients parse the arguments of a call; no text at all is not JSON.
    const { start } = block
    if (start.kind !== 'tool-call' || start.call === 'custom' || block.text !== '') return []
    return chunk(choice, callText(block, 'function', '{}'))
  }

  const end = (): readonly Frame[] => {
    const last: Frame = { type: 'event', event: '', data: '[DONE]' }
    if (usageWish === 'without-usage' || usage === undefined) return [last]
    writer ??= chunkWriter(undefined, usageWish)
    return [writer.usage(usage), last]
  }

  const push = (event: ChatEvent): readonly Frame[] => {
    switch (event.type) {
      case 'start':
        writer = chunkWriter(event, usageWish)
        return chunk(choiceOf(0), '"content":""')
      case 'block-start':
        return blockStart(event)
      case 'delta':
        return delta(event)
      case 'signature': {
        const choice = choiceOf(event.choice)
        const thinking = choice.blocks.get(event.block)?.text ?? ''
        return chunk(choice, thinkingBlocks({ type: 'thinking', thinking, signature: event.signature }))
      }
      case 'annotation':
        return event.dialect === NAME
          ? chunk(choiceOf(event.choice), `"annotations":[${JSON.stringify(event.value)}]`)
          : []
      case 'block-end':
        return blockEnd(event.choice, event.block)
      case 'finish': {
        writer ??= chunkWriter(undefined, usageWish)
        const choice = choiceOf(event.choice)
        const word = finishWord(event.reason, choice.refused ? 'with-refusal' : 'without-refusal')
        const finish = writer.finish(event.choice, word)
        return choice.begun ? [finish] : [...chunk(choice, '"content":""'), finish]
      }
      case 'usage':
        usage = usage === undefined ? event.usage : mergeUsage(usage, event.usage)
        return []
      case 'embedding':
      case 'error': // its writer is encodeStreamError
        return []
      case 'end':
        return end()
    }
  }
  return { push, end: () => [] }
}

function logprobsText(event: Delta): string | undefined {
  return event.logprobs === undefined ? undefined : JSON.stringify(event.logprobs)
}

function thinkingBlocks(block: JsonObject): string {
  return `"thinking_blocks":[${JSON.stringify(block)}]`
}

function toolCalls(call: JsonObject): string {
  return `"tool_calls":[${JSON.stringify(call)}]`
}

function callText(block: Block, kind: 'function' | 'custom', text: string): string {
  const member = kind === 'custom' ? '"custom":{"input":' : '"function":{"arguments":'
  return `"tool_calls":[{"index":${block.call},${member}${JSON.stringify(text)}}}]`
}
