import type { Clock } from '../../core/clock.js'
import type { Outcome } from '../../core/outcome.js'
import { then } from '../../core/transform.js'
import type { AuditPort, Captured, Heard } from '../../policies/audit/port.js'
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

/** What was heard, or why nothing of it can be kept. */
type Reading = Heard | NonNullable<AuditRecord['contentLost']>

/** What may wait to be masked, in requests and in characters; of more nothing is kept. */
const MOST_MAKING = 256
const MOST_CHARACTERS = 64 * 1024 * 1024

/** Joins what the policy has heard with what became of the request. Records with content are made one after the other. */
export function createRecorder(options: RecorderOptions): Recorder {
  const known = new WeakMap<Outcome, Captured>()
  let making = 0
  let characters = 0
  let last: Promise<void> = Promise.resolve()

  const add = (record: AuditRecord, { keep }: AuditRule) => options.writer()?.add(record, keep)

  const failed = (error: unknown) => {
    options.redactionFailed(error)
    return 'redaction failed' as const
  }

  const ifThereIsRoom = (heard: Heard): Reading => {
    if (characters + heard.characters > MOST_CHARACTERS) return 'too much was waiting'
    characters += heard.characters
    return heard
  }

  const readingOf = (read: NonNullable<Captured['read']>): Reading | Promise<Reading> => {
    if (making >= MOST_MAKING || characters >= MOST_CHARACTERS) return 'too much was waiting'
    try {
      const reading = then(read(), ifThereIsRoom)
      return reading instanceof Promise ? reading.catch(failed) : reading
    } catch (error) {
      return failed(error)
    }
  }

  const recordWith = async (record: AuditRecord, reading: Reading): Promise<AuditRecord> => {
    if (typeof reading === 'string') return { ...record, contentLost: reading }
    try {
      return { ...record, ...(await reading.conversation()) }
    } catch (error) {
      return { ...record, contentLost: failed(error) }
    }
  }

  const make = async (record: AuditRecord, rule: AuditRule, reading: Reading) => {
    try {
      await add(await recordWith(record, reading), rule)
    } finally {
      making--
      if (typeof reading !== 'string') characters -= reading.characters
    }
  }

  return {
    mayGoOn: () => options.onFull() === 'admit' || (options.writer()?.hasRoom() ?? false),
    captured(outcome, captured) {
      known.set(outcome, captured)
    },
    ended(outcome) {
      const captured = known.get(outcome)
      // An outcome may be kept for longer; what was captured knows all of the request.
      known.delete(outcome)
      const rule = captured?.rule ?? options.ruleOf(outcome)
      if (!rule) return
      const keeping = { auditRule: rule.name, content: rule.content, model: captured?.model }
      const record = recordOf(outcome, keeping, options.clock.now())
      const reading = captured?.read && readingOf(captured.read)
      if (reading === undefined) add(record, rule)
      else if (typeof reading === 'string') add({ ...record, contentLost: reading }, rule)
      else {
        making++
        last = last.then(async () => make(record, rule, await reading))
      }
    },
    settled: () => last,
    making: () => making,
  }
}
