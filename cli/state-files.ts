import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Addresses } from './configuration.js'

type Place = Pick<Addresses, 'stateDir' | 'adminPort'>

/** What memory must not forget, of the process that has the admin port or of the worker with this number. */
export function journalOf({ stateDir, adminPort }: Place, worker?: number): string {
  return join(stateDir, `ledger-${adminPort}${worker === undefined ? '' : `-${worker}`}.jsonl`)
}

/** The directory for the ledger of what was spent, where the configuration names none; all processes have a part of it. */
export function billingOf({ stateDir, adminPort }: Place): string {
  return join(stateDir, `billing-${adminPort}`)
}

/** The trail of what was changed by the admin API of the process that has that port. */
export function trailOf({ stateDir, adminPort }: Place): string {
  return join(stateDir, `admin-trail-${adminPort}.jsonl`)
}

/** The directory for records of requests, in the one that the configuration names, of the process or of the worker with this number. */
export function auditOf({ stateDir, adminPort }: Place, dir?: string, worker?: number): string {
  return join(dir ?? stateDir, `audit-${adminPort}${worker === undefined ? '' : `-${worker}`}`)
}

/** Whether a directory of that name is for records of an installation's processes. */
export function isAuditOf({ adminPort }: Pick<Place, 'adminPort'>, name: string): boolean {
  return new RegExp(`^audit-${adminPort}(?:-\\d+)?$`).test(name)
}

/** The directory for sums of what was spent, where they are not in Redis. */
export function spendOf({ stateDir, adminPort }: Place): string {
  return join(stateDir, `spend-${adminPort}`)
}

/** The file of alerts that are in force or on their way, where they are not in Redis. */
export function alertsOf({ stateDir, adminPort }: Place): string {
  return join(stateDir, `alerts-${adminPort}.jsonl`)
}

/** The secret that placeholders are derived from where the configuration names none; all processes share it. */
export function ownKeyFile({ stateDir }: Pick<Place, 'stateDir'>): string {
  return join(stateDir, 'own.key')
}

/** The file of virtual keys where the configuration names none; all processes share it. */
export function keysFile({ stateDir }: Pick<Place, 'stateDir'>): string {
  return join(stateDir, 'keys.json')
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
