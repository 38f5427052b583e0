import type { ChatEvent } from '../../../core/chat.js'
import type { AsyncTransform } from '../../../core/transform.js'
import { counted } from '../audit-tally.js'
import type { Placeholders } from '../placeholders/placeholders.js'
import { type Choice, createChoice } from './choice.js'
import { SLICE } from './slice.js'
import type { Work } from './stages.js'
import type { Judge, Scanning } from './treatment.js'

export interface AnswerOptions {
  /** Those of the request; none of them is looked for where none was made. */
  readonly placeholders?: Placeholders
  /** Absent: nothing is looked for. */
  readonly scanning?: Scanning
  /** Lets others run between slices of a text that is too long to be read in one go (a whole answer). Absent: nobody waits. */
  readonly pause?: () => Promise<unknown>
}

/** The answer half of one attempt. */
export interface AnswerTransform extends AsyncTransform<ChatEvent, ChatEvent> {
  /** How many new values have been found so far, by entity. */
  counts(): ReadonlyMap<string, number>
}

/**
 * Restores placeholders in an answer and treats new values, in texts, refusals, reasoning and arguments of calls, each by
 * itself; and in the texts of annotations and of what only the provider's dialect can say, as far as they are no ids or bytes.
 *
 * Held back is the longest suffix of a block that could still become a placeholder or a value. It comes out before anything
 * that follows it in its block, and before the end of its choice. The texts that come out do not depend on where they were cut.
 * A value that blocks ends its choice (`content-filter`); other choices go on.
 */
export function answerTransform(options: AnswerOptions): AnswerTransform {
  return new Answers(options)
}

class Answers implements AnswerTransform {
  /** Made with the first one. */
  private found: Map<string, number> | undefined = undefined
  private readonly work: Work
  private readonly pause: AnswerOptions['pause']
  private readonly choices = new Map<number, Choice>()
  /** The one that spoke last, which mostly speaks next. */
  private last: Choice | undefined = undefined
  private lastIndex = -1

  constructor({ placeholders, scanning, pause }: AnswerOptions) {
    const known = placeholders && placeholders.size() > 0 ? placeholders : undefined
    const judge: Judge | undefined = scanning && {
      ...scanning,
      isKnown: (value) => known?.has(value) === true || scanning.isKnown?.(value) === true,
      count: (entity) => {
        this.found = counted(this.found, entity)
      },
    }
    this.work = { placeholders: known, judge }
    this.pause = pause
  }

  counts(): ReadonlyMap<string, number> {
    return this.found ?? NOTHING
  }

  push(event: ChatEvent): readonly ChatEvent[] | Promise<readonly ChatEvent[]> {
    if (!this.work.placeholders && !this.work.judge) return [event]
    if ('choice' in event) {
      const choice = this.choiceOf(event.choice)
      if (event.type === 'delta' && event.text.length <= SLICE) return choice.say(event)
      return taken(choice.push(event), this.pause)
    }
    return event.type === 'end' || event.type === 'error' ? [...this.end(), event] : [event]
  }

  end(): readonly ChatEvent[] {
    return [...this.choices.values()].flatMap((choice) => choice.flush())
  }

  private choiceOf(index: number): Choice {
    if (this.last && index === this.lastIndex) return this.last
    let choice = this.choices.get(index)
    if (!choice) {
      choice = createChoice(index, this.work)
      this.choices.set(index, choice)
    }
    this.last = choice
    this.lastIndex = index
    return choice
  }
}

const NOTHING: ReadonlyMap<string, number> = new Map()

type Parts<T> = Iterator<readonly T[], readonly T[]>
type Pause = () => Promise<unknown>

/** All parts as one, with a pause between two; at once where there is only one. */
function taken<T>(parts: Parts<T>, pause: Pause | undefined): readonly T[] | Promise<readonly T[]> {
  const first = parts.next()
  if (first.done) return first.value
  if (pause) return atLeisure(first.value, parts, pause)
  const all = [...first.value]
  for (;;) {
    const { done, value } = parts.next()
    for (const each of value) all.push(each)
    if (done) return all
  }
}

async function atLeisure<T>(first: readonly T[], parts: Parts<T>, pause: Pause): Promise<readonly T[]> {
  const all = [...first]
  for (;;) {
    await pause()
    const { done, value } = parts.next()
    for (const each of value) all.push(each)
    if (done) return all
  }
}
