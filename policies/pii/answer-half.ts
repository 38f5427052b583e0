import type { Audit } from '../../core/audit.js'
import type { JsonValue } from '../../core/json.js'
import type { Passage, Watch } from '../../core/policy.js'
import type { Turns } from '../../core/turns.js'
import { type AnswerTransform, answerTransform } from './answer/answer-transform.js'
import type { Judge } from './answer/treatment.js'
import { treatDocument } from './answer-document.js'
import { type AuditTally, auditOf, counted } from './audit-tally.js'
import type { Placeholders } from './placeholders/placeholders.js'
import { type Reading, spelled } from './reading.js'
import type { PiiRule } from './settings.js'
import { treater } from './treat.js'

/** Restores and treats the answer of each attempt, and tells what was done. */
export function watchOf(reading: Reading, turns: Pick<Turns, 'pause'>): Watch {
  return new AnswerWatch(reading, turns)
}

class AnswerWatch implements Watch {
  readonly progress: Watch['progress']
  private readonly rule: PiiRule
  private readonly choices: number
  private readonly placeholders: Placeholders
  private readonly tally: AuditTally
  private readonly pause: Turns['pause']
  private readonly scanning: Omit<Judge, 'count'> | undefined
  private transforms: readonly AnswerTransform[] = []
  private inDocuments: Map<string, number> | undefined = undefined
  private ended = 0

  constructor(reading: Reading, { pause }: Pick<Turns, 'pause'>) {
    const { rule } = reading.compiled
    this.rule = rule
    this.choices = reading.choices
    this.placeholders = reading.placeholders
    this.tally = reading.tally
    this.pause = pause
    this.scanning = scanningOf(reading, this)
    // A choice is over with the first value that blocks.
    this.progress = mayBlock(rule) ? this.passage : undefined
  }

  transform(): AnswerTransform | undefined {
    if (this.idle()) return undefined
    this.ended = 0
    const { placeholders, pause, scanning } = this
    const transform = answerTransform({ placeholders, pause, ...(scanning && { scanning }) })
    this.transforms = this.transforms.concat(transform)
    return transform
  }

  document(value: JsonValue): JsonValue {
    if (this.idle()) return value
    const { placeholders, scanning } = this
    const judge = scanning && { ...scanning, count: (entity: string) => this.count(entity) }
    return treatDocument({ placeholders, ...(judge && { judge }) }, this.rule.name, value)
  }

  audits(): readonly Audit[] {
    const { rule, tally, transforms } = this
    const found = [this.inDocuments ?? [], ...transforms.map((transform) => transform.counts())]
    return [auditOf(rule.name, tally, lookedFor(rule, found))]
  }

  blocked(): void {
    this.ended++
    this.tally.outcome = 'blocked'
  }

  private passage(): Passage {
    return this.ended >= this.choices ? 'over' : 'go'
  }

  private idle(): boolean {
    return this.scanning === undefined && this.placeholders.size() === 0
  }

  private count(entity: string): void {
    this.inDocuments = counted(this.inDocuments, entity)
  }
}

function scanningOf(
  { compiled, placeholders, digest, sent }: Reading,
  told: { blocked(): void },
): Omit<Judge, 'count'> | undefined {
  const { rule, answer } = compiled
  return (
    answer && {
      detector: answer,
      treat: treater(rule.answer, digest, told),
      isKnown: (value: string) => placeholders.has(value) || sent.has(spelled(value)),
    }
  )
}

/** The sums, without what the rule does not look for in answers. */
function lookedFor(
  { answer }: PiiRule,
  found: readonly Iterable<readonly [string, number]>[],
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const [entity, times] of found.flatMap((counts) => [...counts])) {
    if (answer.byEntity.get(entity) !== 'off') sums.set(entity, (sums.get(entity) ?? 0) + times)
  }
  return sums
}

function mayBlock({ answer: { mode, secrets, byEntity } }: PiiRule): boolean {
  return [mode, secrets, ...byEntity.values()].includes('block')
}
