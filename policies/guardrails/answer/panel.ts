import { then } from '../../../core/transform.js'
import type { Active } from '../active.js'
import type { AnswerText, Hit, Judgement, Judging } from '../guard.js'
import { actionOn, acts, type GuardRule } from '../guard-rule.js'
import { noteFailure, noteHit, noteScore } from '../guard-tally.js'
import { judge } from '../judge.js'
import type { AnswerGuarding } from './answer-transform.js'

/** What came of a question: nothing to object, something to change, or the end of the choice. */
export type Ruling =
  | { readonly kind: 'clean' }
  | { readonly kind: 'change'; readonly hit: Hit }
  | { readonly kind: 'block' }

/** A guard that reads answers. */
export interface Member {
  readonly active: Active
  readonly window: number | 'whole'
  /** What it has to say may change something, so that the answer waits for it. */
  readonly holds: boolean
}

/** The guards that read one answer. */
export interface Panel {
  readonly members: readonly Member[]
  /** Whether a choice comes out only at its end. */
  readonly whole: boolean
  /** Asks one of them; those that nothing waits for are asked on the side. Never rejects. */
  ask(member: Member, texts: readonly AnswerText[]): Ruling | Promise<Ruling>
  /** Waits for those on the side. */
  finished(): void | Promise<void>
}

const CLEAN: Ruling = { kind: 'clean' }

/** What may change something is waited for, and what fails closed. */
function holds(rule: GuardRule): boolean {
  return acts(rule) || (!rule.shadow && rule.onFailure === 'block')
}

/** Whoever has an `answer` says something. */
function said(judging: Judging | undefined): Judging {
  if (judging === undefined) throw new TypeError('a guard said nothing')
  return judging
}

export function createPanel(actives: readonly Active[], { asking, gone }: AnswerGuarding): Panel {
  const members = actives.map((active): Member => {
    const { window } = active.rule.guard
    return { active, window: typeof window === 'number' ? Math.max(1, window) : 'whole', holds: holds(active.rule) }
  })
  let aside: Promise<unknown>[] = []

  const heard = ({ active: { rule, tally }, holds }: Member, judgement: Judgement): Ruling => {
    noteScore(tally, judgement)
    if (judgement.kind === 'clean') return CLEAN
    noteHit(tally, rule, judgement)
    if (!holds) return CLEAN
    const action = actionOn(rule, judgement)
    if (action === 'flag') return CLEAN
    return action === 'block' ? { kind: 'block' } : { kind: 'change', hit: judgement }
  }
  const failed = ({ active: { rule, tally } }: Member, cause: unknown): Ruling => {
    noteFailure(tally, cause)
    return rule.onFailure === 'block' && !rule.shadow ? { kind: 'block' } : CLEAN
  }
  const asked = (member: Member, texts: readonly AnswerText[]): Ruling | Promise<Ruling> => {
    const { rule, open, tally } = member.active
    const startedAt = asking.clock.monotonic()
    for (const { kind, text, from } of texts) {
      tally.surfaces.add(`answer/${kind}`)
      tally.characters += text.length - from
    }
    const timed = (ruling: Ruling): Ruling => {
      tally.ms += asking.clock.monotonic() - startedAt
      return ruling
    }
    try {
      const judged = judge((signal) => said(open.answer?.(texts, signal)), rule.timeout, asking, gone)
      if (!(judged instanceof Promise)) return timed(heard(member, judged))
      return judged
        .then((judgement) => timed(heard(member, judgement)))
        .catch((cause: unknown) => timed(failed(member, cause)))
    } catch (cause) {
      return timed(failed(member, cause))
    }
  }

  return {
    members,
    whole: members.some(({ window, holds }) => window === 'whole' && holds),
    ask(member, texts) {
      const ruling = asked(member, texts)
      if (member.holds) return ruling
      if (ruling instanceof Promise) aside.push(ruling)
      return CLEAN
    },
    finished() {
      if (aside.length === 0) return undefined
      const waiting = aside
      aside = []
      return then(Promise.all(waiting) as Promise<unknown>, () => undefined)
    },
  }
}
