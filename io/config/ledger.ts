import { z } from 'zod'
import type { LedgerSettings } from '../billing/settings.js'
import { ledgerSinks, type SinkSurroundings } from './ledger-sinks.js'
import { section } from './maps.js'
import type { StoreSurroundings } from './store.js'
import { oneOf, size, text } from './values.js'

const KIB = 1024
const MIB = 1024 * KIB
const DAY = 24 * 3_600_000
const MOST_DAYS = 3_650
/** Sinks take rows that are half a second old: by then they must be on the disk. */
const LONGEST_SYNC = 400

/** The section `ledger`: rows in files of Tollgate's own by default. */
export function ledger({ resolve, ...surroundings }: Pick<StoreSurroundings, 'resolve'> & SinkSurroundings) {
  return section({
    kind: oneOf(['files', 'off'], 'a kind of ledger').default('files'),
    dir: text('the path of a directory').transform(resolve).optional(),
    segment: size(64 * KIB, 1024 * MIB).optional(),
    keep: days().optional(),
    disk: size(MIB, 1024 * 1024 * MIB).optional(),
    onFull: oneOf(['refuse', 'admit'], 'what becomes of requests that cannot be recorded')
      .transform((written) => (written === 'admit' ? 'admit' : 'refuse'))
      .optional(),
    fsync: syncing().optional(),
    sinks: ledgerSinks(surroundings).optional(),
  })
    .superRefine(({ kind, ...others }, context) => {
      if (kind !== 'off') return
      for (const [key, value] of Object.entries(others)) {
        if (value !== undefined) context.addIssue({ code: 'custom', path: [key], message: 'has no use with kind: off' })
      }
    })
    .transform(({ kind, ...written }): LedgerSettings => {
      if (kind === 'off') return { kind }
      const { dir, segment = 64 * MIB, keep = 90 * DAY, disk = 4096 * MIB, onFull = 'refuse', fsync = 100 } = written
      const { sinks = [] } = written
      return { kind: 'files', ...(dir !== undefined && { dir }), segment, keep, disk, onFull, fsync, sinks }
    })
}

function days() {
  const error = `must be a number of days such as 90d, from 1d to ${MOST_DAYS}d`
  return z.string({ error }).transform((written, context) => {
    const [, digits] = /^(\d{1,4})d$/.exec(written) ?? []
    const count = Number(digits ?? Number.NaN)
    if (count >= 1 && count <= MOST_DAYS) return count * DAY
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}

function syncing() {
  const error = `must be a duration such as 100ms, from 0ms (before a request counts as recorded) to ${LONGEST_SYNC}ms`
  return z.string({ error }).transform((written, context) => {
    const [, digits] = /^(\d{1,3})ms$/.exec(written) ?? []
    const length = Number(digits ?? Number.NaN)
    if (length <= LONGEST_SYNC) return length
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}
