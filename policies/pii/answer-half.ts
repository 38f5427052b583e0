import type { Watch } from '../../core/policy.js'
import type { Turns } from '../../core/turns.js'
import { type AnswerTransform, answerTransform } from './answer/answer-transform.js'
import { treatDocument } from './answer-document.js'
import { auditOf } from './audit-tally.js'
import { type Reading, spelled } from './reading.js'
import type { PiiRule } from './settings.js'
import { treater } from './treat.js'

/** Restores and treats the answer of each attempt, and tells what was done. */
export function watchOf(
  { compiled, choices, placeholders, digest, tally, sent }: Reading,
  { pause }: Pick<Turns, 'pause'>,
): Watch {
  const { rule, answer } = compiled
  const transforms: AnswerTransform[] = []
  const inDocuments = new Map<string, number>()
  let ended = 0
  const told = {
    blocked: () => {
      ended++
      tally.outcome = 'blocked'
    },
  }
  const scanning = answer && {
    detector: answer,
    treat: treater(rule.answer, digest, told),
    isKnown: (value: string) => placeholders.has(value) || sent.has(spelled(value)),
  }
  const count = (entity: string) => inDocuments.set(entity, (inDocuments.get(entity) ?? 0) + 1)
  const idle = () => scanning === undefined && placeholders.size() === 0
  return {
    transform() {
      if (idle()) return undefined
      ended = 0
      const transform = answerTransform({ placeholders, pause, ...(scanning && { scanning }) })
      transforms.push(transform)
      return transform
    },
    // A choice is over with the first value that blocks.
    ...(mayBlock(rule) && { progress: () => (ended >= choices ? 'over' : 'go') }),
    document(value) {
      if (idle()) return value
      return treatDocument({ placeholders, ...(scanning && { judge: { ...scanning, count } }) }, rule.name, value)
    },
    audits() {
      const found = [inDocuments, ...transforms.map((transform) => transform.counts())]
      return [auditOf(rule.name, tally, lookedFor(rule, found))]
    },
  }
}

/** The sums, without what the rule does not look for in answers. */
function lookedFor({ answer }: PiiRule, found: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const [entity, times] of found.flatMap((counts) => [...counts])) {
    if (answer.byEntity.get(entity) !== 'off') sums.set(entity, (sums.get(entity) ?? 0) + times)
  }
  return sums
}

function mayBlock({ answer: { mode, secrets, byEntity } }: PiiRule): boolean {
  return [mode, secrets, ...byEntity.values()].includes('block')
}
