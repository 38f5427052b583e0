import type { Asked, LeaseAmounts, Outcome } from '../../core/outcome.js'
import { askedEntry, attemptEntries } from './entries.js'
import type { OpenRequests } from './open-requests.js'
import type { Writer } from './writer.js'

/** Writes the ledger of what requests have spent, told of them as a `core/outcome` observer. */
export interface Recorder {
  asked(asked: Asked): void
  /**
   * Resolves when what became of the request's attempts is in the file, or waits in memory where it cannot be written; at once where no
   * counter is charged.
   */
  settling(outcome: Outcome, charges: readonly LeaseAmounts[]): Promise<void> | undefined
  ended(outcome: Outcome): void
}

/** A recorder that writes one source's rows. */
export function createRecorder(writer: Pick<Writer, 'append' | 'written'>, open: OpenRequests): Recorder {
  return {
    asked(asked) {
      const seq = writer.append(askedEntry(asked))
      if (seq > 0) open.asked(asked.id, seq)
    },
    settling(outcome, charges) {
      let seq = 0
      for (const entry of attemptEntries(outcome, charges)) seq = writer.append(entry)
      // Where nothing is counted nothing can get ahead of the rows.
      return charges.length === 0 ? undefined : writer.written(seq)
    },
    ended: ({ id, attempts }) => {
      if (attempts.length > 0) open.ended(id)
    },
  }
}
