import type { ChatEvent } from '../../../core/chat.js'
import type { Transform } from '../../../core/transform.js'

/** One choice of the answer. */
interface Choice {
  /** Text that may turn out to be a preamble of the call. */
  held: ChatEvent[]
  readonly heldBlocks: Set<number>
  /** The block of the first call of the tool, which is the answer. */
  answer: number | undefined
  /** Blocks of further calls of it. */
  readonly repeated: Set<number>
  calls: number
}

/**
 * Turns the call of a tool that stands for the answer's form into text, delta by delta. Text before it is a preamble, which the
 * client did not ask for and could not parse: text waits until it is known that there is no such call, or another call comes.
 */
export function callAsText(tool: string): Transform<ChatEvent, ChatEvent> {
  const choices = new Map<number, Choice>()
  const choiceOf = (index: number): Choice => {
    const known = choices.get(index)
    if (known !== undefined) return known
    const choice: Choice = { held: [], heldBlocks: new Set(), answer: undefined, repeated: new Set(), calls: 0 }
    choices.set(index, choice)
    return choice
  }
  const release = (choice: Choice): readonly ChatEvent[] => {
    const { held } = choice
    choice.held = []
    choice.heldBlocks.clear()
    return held
  }
  const releaseAll = () => [...choices.values()].flatMap(release)

  const begin = (choice: Choice, event: Extract<ChatEvent, { type: 'block-start' }>): readonly ChatEvent[] => {
    const { start, block } = event
    if (start.kind === 'text') {
      // After the answer there is nothing left to say.
      if (choice.answer !== undefined) choice.repeated.add(block)
      else {
        choice.heldBlocks.add(block)
        choice.held.push(event)
      }
      return []
    }
    if (start.kind !== 'tool-call') return [event]
    if (start.name !== tool) {
      choice.calls++
      return [...release(choice), event]
    }
    if (choice.answer !== undefined) {
      choice.repeated.add(block)
      return []
    }
    choice.answer = block
    choice.held = []
    // The block itself may go on, for what is known of it.
    for (const preamble of choice.heldBlocks) choice.repeated.add(preamble)
    choice.heldBlocks.clear()
    return [{ type: 'block-start', choice: event.choice, block, start: { kind: 'text' } }]
  }

  const finish = (choice: Choice, event: Extract<ChatEvent, { type: 'finish' }>): readonly ChatEvent[] => {
    const released = release(choice)
    const only = event.reason === 'tool-calls' && choice.answer !== undefined && choice.calls === 0
    return [...released, only ? { ...event, reason: 'stop', raw: 'stop' } : event]
  }

  return {
    push: (event) => {
      switch (event.type) {
        case 'block-start':
          return begin(choiceOf(event.choice), event)
        case 'delta':
        case 'signature':
        case 'annotation':
        case 'block-end': {
          const choice = choiceOf(event.choice)
          if (choice.repeated.has(event.block)) return []
          if (!choice.heldBlocks.has(event.block)) return [event]
          choice.held.push(event)
          return []
        }
        case 'finish':
          return finish(choiceOf(event.choice), event)
        case 'error':
        case 'end':
          return [...releaseAll(), event]
        case 'start':
        case 'usage':
        case 'embedding':
          return [event]
      }
    },
    end: releaseAll,
  }
}
