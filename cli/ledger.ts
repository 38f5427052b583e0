import { join, resolve } from 'node:path'
import { readRow } from '../io/billing/chain.js'
import { COUNTERS, type Counters, readingOf } from '../io/billing/counter-reading.js'
import { linesOf } from '../io/billing/lines.js'
import { segmentsIn, sourcesIn } from '../io/billing/segments.js'
import { type VerifyReport, verifyLedgers } from '../io/billing/verify.js'
import { formatProblem } from '../io/config.js'
import { createRedisLedger } from '../io/ledger/redis-ledger.js'
import { systemClock } from '../io/system-clock.js'
import { askAdmin, PLACE_OPTIONS, placeOf } from './admin-client.js'
import { type CommandLine, readArguments } from './command-line.js'
import { addresses, type Config, type Environment, readConfiguration } from './configuration.js'
import { Failure, reasonOf, UsageError } from './failure.js'
import { readCounters } from './ledger-counters.js'
import { reportLines } from './ledger-report.js'
import { billingOf } from './state-files.js'

const OPTIONS = {
  ...PLACE_OPTIONS,
  config: { type: 'string' },
  chain: { type: 'boolean' },
  json: { type: 'boolean' },
  request: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const

const OF_VERIFY = ['chain', 'json', 'url', 'cert', 'key', 'ca']
const OF_SHOW = ['request', 'from', 'to']

/**
 * `tollgate ledger verify`: checks ledgers and compares them with the counters, those of the store that a configuration names or of the
 * running Tollgate; exit code 1 where something is wrong. `tollgate ledger show`: rows as JSON lines on stdout.
 */
export async function ledger(args: readonly string[], env: Environment): Promise<number> {
  const line = readArguments(args, OPTIONS)
  const [action, ...directories] = line.positionals
  if (action !== 'verify' && action !== 'show') throw new UsageError('ledger needs verify or show')
  const misplaced = (action === 'verify' ? OF_SHOW : OF_VERIFY).find((name) => line.has(name))
  if (misplaced !== undefined) throw new UsageError(`ledger ${action} knows no '--${misplaced}'`)
  const config = configOf(line, env)
  const roots = directories.length > 0 ? directories.map((path) => resolve(path)) : [rootOf(config, env)]
  await checkRoots(roots)
  return action === 'verify' ? verify(line, env, config, roots) : show(line, roots)
}

async function verify(line: CommandLine, env: Environment, config: Config | undefined, roots: readonly string[]) {
  const reading = line.has('chain') ? undefined : readingOf(await countersFor(line, env, config))
  const report: VerifyReport = await verifyLedgers({ roots, reading })
  process.stdout.write(`${line.has('json') ? JSON.stringify(report, null, 2) : reportLines(report).join('\n')}\n`)
  return report.ok ? 0 : 1
}

function configOf(line: CommandLine, env: Environment): Config | undefined {
  const path = line.text('config')
  if (path === undefined) return undefined
  const read = readConfiguration(path, env)
  if (!read.ok) throw new Failure(read.problems.map((problem) => formatProblem(path, problem)).join('\n'))
  return read.config
}

function rootOf(config: Config | undefined, env: Environment): string {
  if (config?.ledger.kind === 'off') throw new Failure('no ledger is kept: the section ledger turns it off')
  return config?.ledger.dir ?? billingOf(addresses(env))
}

async function checkRoots(roots: readonly string[]): Promise<void> {
  for (const root of roots) {
    if ((await sourcesIn(root)).length > 0) continue
    throw new Failure(`there is no ledger in ${root}: name its directory, or the file with --config`)
  }
}

/** Straight from a store that several Tollgates share; what one has in memory it tells itself. */
async function countersFor(line: CommandLine, env: Environment, config: Config | undefined): Promise<Counters> {
  if (config?.store.kind !== 'redis') return askAdmin(placeOf(line, env), { path: '/ledger/counters' }, COUNTERS)
  const store = createRedisLedger({ url: config.store.url, prefix: config.store.prefix })
  try {
    return await readCounters(store, config.rules, systemClock.now)
  } catch (error) {
    throw new Failure(`the counters cannot be read: ${reasonOf(error)}`)
  } finally {
    await store.close()
  }
}

async function show(line: CommandLine, roots: readonly string[]): Promise<number> {
  const request = line.text('request')
  const [from, to] = [timeOf(line, 'from', Number.NEGATIVE_INFINITY), timeOf(line, 'to', Number.POSITIVE_INFINITY)]
  for (const path of await filesBelow(roots)) {
    for await (const { text } of linesOf(path)) {
      const row = readRow(text)
      if (!row) continue
      const at = Date.parse(row.at)
      if (at < from || at >= to) continue
      if (request !== undefined && !('request' in row && row.request === request)) continue
      if (!process.stdout.write(`${harmless(text)}\n`)) await drained()
    }
  }
  return 0
}

const drained = () => new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()))

async function filesBelow(roots: readonly string[]): Promise<readonly string[]> {
  const paths: string[] = []
  for (const root of roots) {
    for (const source of await sourcesIn(root)) {
      for (const { path } of await segmentsIn(join(root, source))) paths.push(path)
    }
  }
  return paths
}

function timeOf(line: CommandLine, name: 'from' | 'to', otherwise: number): number {
  const written = line.text(name)
  if (written === undefined) return otherwise
  const time = Date.parse(written)
  if (Number.isNaN(time)) throw new UsageError(`--${name} must be a time such as 2026-01-31T12:00:00Z`)
  return time
}

/** The same JSON; names come from outside, and nothing in them may steer a terminal. */
function harmless(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}
