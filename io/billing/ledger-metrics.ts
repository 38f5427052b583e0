import { Counter, Gauge, type Registry } from 'prom-client'

/** What metrics tell of one process's part of the ledger. */
export interface LedgerFigures {
  /** Rows that were added, that wait in memory, and for which there was no room. */
  readonly rows: number
  readonly waiting: number
  readonly lost: number
  /** Whether rows can be written, and sinks are not too far behind. */
  readonly up: boolean
}

/** Registers the ledger's metrics, read when they are scraped. */
export function registerLedger(figures: () => LedgerFigures, registers: Registry[]): void {
  counted('tollgate_ledger_rows_total', 'Rows that were added to the ledger.', () => figures().rows)
  counted('tollgate_ledger_lost_total', 'Rows of the ledger for which there was no room.', () => figures().lost)
  new Gauge({
    name: 'tollgate_ledger_waiting',
    help: 'Rows of the ledger that wait in memory to be written.',
    registers,
    collect() {
      this.set(figures().waiting)
    },
  })
  new Gauge({
    name: 'tollgate_ledger_up',
    help: 'Whether the ledger can be written and sinks are not behind by more than it may have on the disk.',
    // Of several processes each writes its own part.
    aggregator: 'min',
    registers,
    collect() {
      this.set(figures().up ? 1 : 0)
    },
  })

  function counted(name: string, help: string, total: () => number) {
    let told = 0
    new Counter({
      name,
      help,
      registers,
      collect() {
        const now = total()
        this.inc(now - told)
        told = now
      },
    })
  }
}
