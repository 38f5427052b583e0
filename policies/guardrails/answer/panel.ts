import { then } from '../../../core/transform.js'
import type { AtWork } from '../active.js'
import type { AnswerText, Judging } from '../guard.js'
import { acts, type GuardRule } from '../guard-rule.js'
import { judge } from '../judge.js'
import { CLEAN, type Ruling, ruleOn, ruleOnFailure } from '../ruling.js'
import type { AnswerGuarding } from './answer-transform.js'

/** A guard that reads answers. */
export interface Member {
  readonly active: AtWork
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

/** What may change something is waited for, and what fails closed. */
function holds(rule: GuardRule): boolean {
  return acts(rule) || (!rule.shadow && rule.onFailure === 'block')
}

/** Whoever has an `answer` says something. */
function said(judging: Judging | undefined): Judging {
  if (judging === undefined) throw new TypeError('a guard said nothing')
  return judging
}

export function createPanel(actives: readonly AtWork[], { asking, gone }: AnswerGuarding): Panel {
  const members = actives.map((active): Member => {
    const { window } = active.rule.guard
    return { active, window: typeof window === 'number' ? Math.max(1, window) : 'whole', holds: holds(active.rule) }
  })
  let aside: Promise<unknown>[] = []

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
      if (!(judged instanceof Promise)) return timed(ruleOn(member.active, judged))
      return judged
        .then((judgement) => timed(ruleOn(member.active, judgement)))
        .catch((cause: unknown) => timed(ruleOnFailure(member.active, cause)))
    } catch (cause) {
      return timed(ruleOnFailure(member.active, cause))
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
