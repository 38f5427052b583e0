import type { ChatEvent } from '../../../core/chat.js'
import { type AsyncTransform, then } from '../../../core/transform.js'
import type { AtWork } from '../active.js'
import type { Asking } from '../judge.js'
import { createGuardedChoice, type GuardedChoice } from './guarded-choice.js'
import { inOrder } from './in-order.js'
import { createPanel } from './panel.js'

export interface AnswerGuarding {
  readonly asking: Asking
  /** Aborted once the client has gone. */
  gone(): AbortSignal
  /** Told once for each choice that a guard has ended. */
  blocked(): void
}

type Events = readonly ChatEvent[]

/**
 * Lets guards read an answer as it comes: texts, refusals, reasoning and arguments of calls. Held back is what a guard that may change
 * something has not judged, and as much before it as its window holds; with `whole` the choice comes out at its end. What is
 * blocked ends its choice (`content-filter`): nothing that was held goes out.
 */
export function answerTransform(
  actives: readonly AtWork[],
  guarding: AnswerGuarding,
): AsyncTransform<ChatEvent, ChatEvent> {
  const panel = createPanel(actives, guarding)
  const choices = new Map<number, GuardedChoice>()

  const choiceOf = (index: number): GuardedChoice => {
    const known = choices.get(index)
    if (known) return known
    const made = createGuardedChoice(index, panel, guarding.blocked)
    choices.set(index, made)
    return made
  }

  /** What is still held when the answer ends without the end of its choices. */
  const flush = (): Events | Promise<Events> => {
    const out: ChatEvent[] = []
    const flushed = inOrder([...choices.values()], (choice) =>
      then(choice.flush(), (events) => void out.push(...events)),
    )
    return then(flushed, () => then(panel.finished(), () => out))
  }

  return {
    push(event) {
      if ('choice' in event) return choiceOf(event.choice).push(event)
      if (event.type !== 'end' && event.type !== 'error') return [event]
      return then(flush(), (events) => [...events, event])
    },
    end: flush,
  }
}
