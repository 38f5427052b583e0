import { chosenParts, type Part } from './parts.js'

const PARTS: readonly Part[] = [
  { flag: '--envoy', runs: 'always', load: async () => (await import('./pipeline/bench.js')).benchPipeline },
  { flag: '--guard', runs: 'when named', load: async () => (await import('./pipeline/guard.js')).benchGuard },
  { flag: '--profile', runs: 'when named', load: async () => (await import('./pipeline/profile.js')).benchProfile },
  { flag: '--soak', runs: 'when named', load: async () => (await import('./pipeline/soak.js')).benchSoak },
  { flag: '--peers', runs: 'when named', load: async () => (await import('./peers/bench.js')).benchPeers },
  { flag: '--translation', runs: 'always', load: async () => (await import('./translation.js')).benchTranslation },
  { flag: '--ledger', runs: 'always', load: async () => (await import('./ledger.js')).benchLedger },
  { flag: '--kong', runs: 'always', load: async () => (await import('./kong.js')).benchKong },
  { flag: '--growth', runs: 'when named', load: async () => (await import('./growth.js')).benchGrowth },
  { flag: '--guards', runs: 'when named', load: async () => (await import('./guards.js')).benchGuards },
  { flag: '--cores', runs: 'when named', load: async () => (await import('./cores.js')).benchCores },
  { flag: '--observing', runs: 'when named', load: async () => (await import('./observing.js')).benchObserving },
  { flag: '--blocking', runs: 'when named', load: async () => (await import('./blocking.js')).benchBlocking },
]

/**
 * `npm run bench`: every part that always runs, one after another, each with its figures written to `bench/results.json` and the
 * documents. Returns 1 when a goal is missed. `--quick` takes a fraction of the time and writes nothing; a part's flag runs that
 * part alone.
 */
export async function main(args: readonly string[]): Promise<number> {
  const form = args.includes('--quick') ? 'quick' : 'full'
  let code = 0
  for (const { load } of chosenParts(PARTS, args)) code = Math.max(code, await (await load())(form, args))
  return code
}
