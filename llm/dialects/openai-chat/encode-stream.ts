import { type ChatEvent, mergeUsage, type Usage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { ChunkWriter } from './chunk-writer.js'
import { finishWord } from './finish.js'
import { NAME } from './name.js'

type BlockStart = Extract<ChatEvent, { type: 'block-start' }>
type Delta = Extract<ChatEvent, { type: 'delta' }>
type Finish = Extract<ChatEvent, { type: 'finish' }>

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
  return new StreamEncoder(usageWish)
}

class StreamEncoder implements Transform<ChatEvent, Frame> {
  private readonly usageWish: 'with-usage' | 'without-usage'
  private writer: ChunkWriter | undefined = undefined
  private usage: Usage | undefined = undefined
  private readonly choices = new Map<number, Choice>()

  constructor(usageWish: 'with-usage' | 'without-usage') {
    this.usageWish = usageWish
  }

  push(event: ChatEvent): readonly Frame[] {
    switch (event.type) {
      case 'start':
        this.writer = new ChunkWriter(event, this.usageWish)
        return this.chunk(this.choiceOf(0), '"content":""')
      case 'block-start':
        return this.blockStart(event)
      case 'delta':
        return this.delta(event)
      case 'signature': {
        const choice = this.choiceOf(event.choice)
        const thinking = choice.blocks.get(event.block)?.text ?? ''
        return this.chunk(choice, thinkingBlocks({ type: 'thinking', thinking, signature: event.signature }))
      }
      case 'annotation':
        return event.dialect === NAME
          ? this.chunk(this.choiceOf(event.choice), `"annotations":[${JSON.stringify(event.value)}]`)
          : []
      case 'block-end':
        return this.blockEnd(event.choice, event.block)
      case 'finish':
        return this.finish(event)
      case 'usage':
        this.usage = this.usage === undefined ? event.usage : mergeUsage(this.usage, event.usage)
        return []
      case 'embedding':
      case 'error': // its writer is encodeStreamError
        return []
      case 'end':
        return this.last()
    }
  }

  end(): readonly Frame[] {
    return []
  }

  private chunks(): ChunkWriter {
    this.writer ??= new ChunkWriter(undefined, this.usageWish)
    return this.writer
  }

  private choiceOf(index: number): Choice {
    const known = this.choices.get(index)
    if (known !== undefined) return known
    const choice: Choice = { index, blocks: new Map(), calls: 0, refused: false, begun: false }
    this.choices.set(index, choice)
    return choice
  }

  private chunk(choice: Choice, members: string, logprobs?: string): readonly Frame[] {
    const role = choice.begun ? '' : `"role":"assistant"${members === '' ? '' : ','}`
    choice.begun = true
    return [this.chunks().delta(choice.index, role + members, logprobs)]
  }

  private blockStart(event: BlockStart): readonly Frame[] {
    const { start } = event
    const choice = this.choiceOf(event.choice)
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
        return this.chunk(choice, thinkingBlocks({ type: 'redacted_thinking', data: start.data }))
      case 'tool-call': {
        const { id, name } = start
        return this.chunk(
          choice,
          start.call === 'custom'
            ? toolCalls({ index: block.call, id, type: 'custom', custom: { name, input: '' } })
            : toolCalls({ index: block.call, id, type: 'function', function: { name, arguments: '' } }),
        )
      }
      case 'opaque':
        return start.dialect === NAME ? this.chunk(choice, JSON.stringify(start.value).slice(1, -1)) : []
    }
  }

  private delta(event: Delta): readonly Frame[] {
    const { text } = event
    const choice = this.choices.get(event.choice)
    const block = choice?.blocks.get(event.block)
    if (choice === undefined || block === undefined || (text === '' && event.logprobs === undefined)) return []
    switch (block.start.kind) {
      case 'text':
        return this.chunk(choice, `"content":${JSON.stringify(text)}`, logprobsText(event))
      case 'refusal':
        return this.chunk(choice, `"refusal":${JSON.stringify(text)}`, logprobsText(event))
      case 'reasoning':
        block.text += text
        return this.chunk(choice, `"reasoning_content":${JSON.stringify(text)}`)
      case 'tool-call':
        block.text = 'some'
        return this.chunk(choice, callText(block, block.start.call, text))
      case 'redacted-reasoning':
      case 'opaque':
        return []
    }
  }

  private blockEnd(index: number, number: number): readonly Frame[] {
    const choice = this.choices.get(index)
    const block = choice?.blocks.get(number)
    if (choice === undefined || block === undefined) return []
    choice.blocks.delete(number)
    // Clients parse the arguments of a call; no text at all is not JSON.
    const { start } = block
    if (start.kind !== 'tool-call' || start.call === 'custom' || block.text !== '') return []
    return this.chunk(choice, callText(block, 'function', '{}'))
  }

  private finish(event: Finish): readonly Frame[] {
    const choice = this.choiceOf(event.choice)
    const word = finishWord(event.reason, choice.refused ? 'with-refusal' : 'without-refusal')
    const finish = this.chunks().finish(event.choice, word)
    return choice.begun ? [finish] : [...this.chunk(choice, '"content":""'), finish]
  }

  private last(): readonly Frame[] {
    const done: Frame = { type: 'event', event: '', data: '[DONE]' }
    if (this.usageWish === 'without-usage' || this.usage === undefined) return [done]
    return [this.chunks().usage(this.usage), done]
  }
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
