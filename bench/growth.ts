import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findEnvoy } from '../cli/setup-envoy.js'
import { startChild } from './child.js'
import { type Extent, growthConfig, type LastOf, writeKeys } from './growth-config.js'
import { measure } from './measure.js'
import type { Form } from './parts.js'
import { processUsage } from './process-usage.js'
import { type Spread, spread } from './statistics.js'
import { alignedTable, figure, ratioText } from './table.js'
import { startTollgate, type TollgateStack } from './tollgate.js'
import { emptyWorkspace, eventually, pause } from './workspace.js'

const SMALL: Extent = { models: 1, providers: 1, budgets: 1, keys: 1 }
const LARGE: Extent = { models: 2000, providers: 50, budgets: 1000, keys: 10_000 }

const FULL = { rounds: 7, warmUp: 4000, requests: 2000 }
const QUICK = { rounds: 3, warmUp: 1500, requests: 1000 }

/** The most that a request may cost of what it costs under the small configuration. */
const MOST_PER_REQUEST = 1.1

/**
 * What a large configuration costs beside a small one: to start with, to change, and for each request. Prints a table; returns 1 when
 * requests cost more than they may. Milliseconds hold on this machine only, so starts and reloads are not judged.
 */
export async function benchGrowth(form: Form): Promise<number> {
  const size = form === 'full' ? FULL : QUICK
  const directory = emptyWorkspace('bench-growth')
  const ends: (() => Promise<void>)[] = []
  try {
    const envoyPath = await findEnvoy()
    const client = startChild('client', join(directory, 'client.log'))
    const provider = startChild('provider', join(directory, 'provider.log'))
    ends.push(client.stop, provider.stop)
    const providerPort = Number(await provider.ask('port'))
    const start = async (name: string, extent: Extent): Promise<Grown> => {
      const own = join(directory, name)
      mkdirSync(own)
      const keys = join(own, 'keys.json')
      const last = writeKeys(keys, extent)
      const config = growthConfig(providerPort, extent, keys)
      const stack = await startTollgate({
        envoyPath,
        directory: own,
        workers: 1,
        config,
        gracefulClose: 'on',
        providerPort,
      })
      ends.unshift(stack.stop)
      return { stack, last }
    }
    const small = await start('small', SMALL)
    const large = await start('large', LARGE)
    const both = [small, large] as const
    for (const grown of both) await perRequest(client, grown, size.warmUp)
    const requests: [number[], number[]] = [[], []]
    for (let round = 0; round < size.rounds; round++) {
      for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        requests[which].push(await perRequest(client, both[which], size.requests))
      }
    }
    const reloads: [Reload[], Reload[]] = [[], []]
    for (let round = 0; round < size.rounds; round++) {
      for (const which of [0, 1] as const) reloads[which].push(await reload(both[which].stack, round))
    }
    const ratio = spread(requests[1].map((cost, round) => cost / (requests[0][round] ?? Number.NaN)))
    console.log(`\n${tableOf(both, requests, reloads, ratio)}\n`)
    if (ratio.median <= MOST_PER_REQUEST) return 0
    console.log(`missed: a request costs at most ${MOST_PER_REQUEST}x of what it does under a small configuration`)
    return 1
  } finally {
    for (const end of ends) await end()
  }
}

interface Grown {
  readonly stack: TollgateStack
  readonly last: LastOf
}

type Pair<T> = readonly [small: T, large: T]

function tableOf(both: Pair<Grown>, requests: Pair<number[]>, reloads: Pair<readonly Reload[]>, ratio: Spread): string {
  const one = (value: number): Spread => ({ median: value, low: value, high: value })
  const line = (what: string, [small, large]: Pair<Spread>, unit: string, quotient: Spread) => [
    what,
    figure(small, unit),
    figure(large, unit),
    ratioText(quotient),
  ]
  const over = ([small, large]: Pair<Spread>) => one(large.median / small.median)
  const starts: Pair<Spread> = [one(both[0].stack.readyMs), one(both[1].stack.readyMs)]
  const walls: Pair<Spread> = [spread(reloads[0].map(({ ms }) => ms)), spread(reloads[1].map(({ ms }) => ms))]
  const [first, firstLarge] = [reloads[0][0]?.ms ?? Number.NaN, reloads[1][0]?.ms ?? Number.NaN]
  const firsts: Pair<Spread> = [one(first), one(firstLarge)]
  const cpus: Pair<Spread> = [
    spread(reloads[0].map(({ cpuMs }) => cpuMs)),
    spread(reloads[1].map(({ cpuMs }) => cpuMs)),
  ]
  return alignedTable(
    ['', 'small', 'large', 'large / small'],
    [
      line('start, from the process to ready', starts, 'ms', over(starts)),
      line('first reload, from the changed file to in force', firsts, 'ms', over(firsts)),
      line('any reload', walls, 'ms', over(walls)),
      line('reload, CPU of all threads', cpus, 'ms', over(cpus)),
      line('CPU per request', [spread(requests[0]), spread(requests[1])], 'µs', ratio),
    ],
  )
}

async function perRequest(
  client: Parameters<typeof measure>[0],
  { stack, last }: Grown,
  requests: number,
): Promise<number> {
  const headers = { authorization: `Bearer ${last.key}` }
  const job = { model: last.model, stream: 'no', promptBytes: 2048, connections: 16, requests, headers } as const
  const { processorCpu } = await measure(client, stack, job)
  return (processorCpu ?? Number.NaN) / requests
}

interface Reload {
  readonly ms: number
  readonly cpuMs: number
}

/** Changes one limit, and waits until that is in force. */
async function reload(stack: TollgateStack, round: number): Promise<Reload> {
  const reloads = () => stack.metric('tollgate_config_reloads_total{result="ok"}').catch(() => 0)
  const before = await reloads()
  const cpu = processUsage(stack.processorPid)?.cpuMicros ?? Number.NaN
  const begin = performance.now()
  const text = readFileSync(stack.configFile, 'utf8')
  writeFileSync(stack.configFile, text.replace(/usd: \d+/, `usd: ${8_000_000 + round}`))
  await eventually('the reload is in force', 60, async () => ((await reloads()) > before ? true : undefined))
  const ms = performance.now() - begin
  // What follows (the thread's end, old endpoints) belongs to it too.
  await pause(500)
  return { ms, cpuMs: ((processUsage(stack.processorPid)?.cpuMicros ?? Number.NaN) - cpu) / 1000 }
}
