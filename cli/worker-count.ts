import { availableParallelism } from 'node:os'
import type { Config, Environment } from './configuration.js'
import { Failure } from './failure.js'

const MOST = 64

/**
 * In how many processes `tollgate serve` runs: what `TOLLGATE_WORKERS` says. `auto` is one per core where a configuration allows several;
 * so is nothing, but for Envoy, where it is one: Envoy has its part in spreading the load. Throws `Failure` for a number that is
 * none, or that cannot be.
 */
export function workerCount(
  env: Environment,
  gateways: readonly ('envoy' | 'kong')[],
  config: Pick<Config, 'rules' | 'keys' | 'store'>,
): number {
  if (isServedByOne(env, gateways)) return 1
  const wanted = wantedWorkers(env)
  if (wanted === undefined || wanted === 'auto') {
    return countsInMemory(config) ? 1 : Math.min(MOST, availableParallelism())
  }
  if (countsInMemory(config)) throw new Failure(`TOLLGATE_WORKERS is ${wanted}, but ${whyNot(wanted)}`)
  return wanted
}

/** Whether it is one whatever the configuration says, which then need not be read for this. */
export function isServedByOne(env: Environment, gateways: readonly ('envoy' | 'kong')[]): boolean {
  const text = env['TOLLGATE_WORKERS'] || undefined
  return text === undefined ? gateways.includes('envoy') : /^0?1$/.test(text)
}

/** Why a configuration cannot be in force in so many processes; undefined when it can. */
export function refusedBySeveral(
  config: Pick<Config, 'rules' | 'keys' | 'store'>,
  workers: number,
): string | undefined {
  return countsInMemory(config) ? `Tollgate runs in ${workers} processes, and ${whyNot(workers)}` : undefined
}

function wantedWorkers(env: Environment): number | 'auto' | undefined {
  const text = env['TOLLGATE_WORKERS'] || undefined
  if (text === undefined || text === 'auto') return text
  const wanted = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (wanted < 1 || wanted > MOST)
    throw new Failure(`TOLLGATE_WORKERS is '${text}': it must be a number, 1 to ${MOST}, or auto`)
  return wanted
}

/** Keys may have budgets and limits of their own. */
function countsInMemory({ rules, keys, store }: Pick<Config, 'rules' | 'keys' | 'store'>): boolean {
  return (rules.length > 0 || keys !== undefined) && store.kind === 'memory'
}

function whyNot(workers: number): string {
  return (
    `budgets and limits are counted in memory, which ${workers} processes do not share: ` +
    'set store: { kind: redis }, or start with TOLLGATE_WORKERS=1'
  )
}
