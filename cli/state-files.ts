import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Addresses } from './configuration.js'

type Place = Pick<Addresses, 'stateDir' | 'adminPort'>

/** What memory must not forget, of the process that has the admin port or of the worker with this number. */
export function journalOf({ stateDir, adminPort }: Place, worker?: number): string {
  return join(stateDir, `ledger-${adminPort}${worker === undefined ? '' : `-${worker}`}.jsonl`)
}

/** The secret that placeholders are derived from where the configuration names none; all processes share it. */
export function ownKeyFile({ stateDir }: Pick<Place, 'stateDir'>): string {
  return join(stateDir, 'own.key')
}

/** The file for what waits for Redis in the process that has this journal. */
export function pendingBeside(journal: string): string {
  return join(dirname(journal), `pending-${basename(journal).replace(/^ledger-/, '')}`)
}

/** The files for what waits for Redis that workers with a number above `workers` have left. */
export function leftPending({ stateDir, adminPort }: Place, workers: number): readonly string[] {
  return namesIn(stateDir).flatMap((name) => {
    const [, port, number] = /^pending-(\d+)-(\d+)\.jsonl$/.exec(name) ?? []
    return port === `${adminPort}` && Number(number) > workers ? [join(stateDir, name)] : []
  })
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
