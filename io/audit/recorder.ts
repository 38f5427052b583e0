import type { Clock } from '../../core/clock.js'
import type { Outcome } from '../../core/outcome.js'
import type { AuditPort, Captured } from '../../policies/audit/port.js'
import type { AuditRule } from '../../policies/audit/settings.js'
import { type AuditRecord, recordOf } from './record.js'
import type { AuditWriter } from './writer.js'

export interface RecorderOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Where records go; undefined while the section is left out, or nobody can write. */
  writer(): Pick<AuditWriter, 'add' | 'hasRoom'> | undefined
  /** What becomes of requests whose record could not be kept. */
  onFull(): 'refuse' | 'admit'
  /** The rule of a request that ended before any policy saw it; undefined while the section is left out. */
  ruleOf(outcome: Outcome): AuditRule | undefined
  /** Told of what cannot be masked, at most once a minute; nothing of it is kept. */
  redactionFailed(error: unknown): void
}

/** Makes the records of one process. */
export interface Recorder extends AuditPort {
  /** As an observer is told. */
  ended(outcome: Outcome): void
  /** Resolves when all that has ended by now is with the writer. */
  settled(): Promise<void>
  /** How many records are being made. */
  making(): number
}

/** What may wait to be masked, in requests and in characters; of more nothing is kept. */
const MOST_MAKING = 256
const MOST_CHARACTERS = 64 * 1024 * 1024

/** Joins what the policy has heard with what became of the request. Records with content are made one after the other. */
export function createRecorder(options: RecorderOptions): Recorder {
  const known = new WeakMap<Outcome, Captured>()
  let making = 0
  let characters = 0
  let last: Promise<void> = Promise.resolve()

  const make = async (record: AuditRecord, { rule, conversation }: Captured) => {
    let made: AuditRecord
    try {
      made = { ...record, ...(await conversation?.()) }
    } catch (error) {
      options.redactionFailed(error)
      made = { ...record, contentLost: 'redaction failed' }
    }
    options.writer()?.add(made, rule.keep)
  }

  return {
    mayGoOn: () => options.onFull() === 'admit' || (options.writer()?.hasRoom() ?? false),
    captured(outcome, captured) {
      known.set(outcome, captured)
    },
    ended(outcome) {
      const captured = known.get(outcome)
      const rule = captured?.rule ?? options.ruleOf(outcome)
      if (!rule) return
      const keeping = { auditRule: rule.name, content: rule.content, model: captured?.model }
      const record = recordOf(outcome, keeping, options.clock.now())
      if (!captured?.conversation) {
        options.writer()?.add(record, rule.keep)
        return
      }
      const size = captured.characters
      if (making >= MOST_MAKING || characters + size > MOST_CHARACTERS) {
        options.writer()?.add({ ...record, contentLost: 'too much was waiting' }, rule.keep)
        return
      }
      making++
      characters += size
      last = last
        .then(() => make(record, captured))
        .finally(() => {
          making--
          characters -= size
        })
    },
    settled: () => last,
    making: () => making,
  }
}
