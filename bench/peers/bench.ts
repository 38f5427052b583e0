import { Failure } from '../../cli/failure.js'
import type { Child } from '../child.js'
import { failures, type Job, reportSchema } from '../job.js'
import type { Form } from '../parts.js'
import { startAll } from '../pipeline/start.js'
import { IDENTITY } from '../pipeline/systems.js'
import { processUsage } from '../process-usage.js'
import { quotients, type Spread, spread } from '../statistics.js'
import { alignedTable, figure, ratioText } from '../table.js'
import { emptyWorkspace, pause } from '../workspace.js'
import { PEER_VERSIONS } from './install.js'
import { startLitellm, startPortkey } from './start.js'

const SYSTEMS = ['no-op, two levels', 'Tollgate, pass-through', 'Tollgate, full', 'Portkey', 'LiteLLM'] as const
type System = (typeof SYSTEMS)[number]

/** What is asked, and the processes whose CPU counts: of Tollgate its own and Envoy's, since peers do both themselves. */
interface Asked {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly pids: readonly number[]
  readonly requests: number
}

interface Figures {
  readonly cpu: number | undefined
  readonly p50: number
}

/**
 * `npm run bench -- --peers`: Portkey's gateway and LiteLLM's proxy, which pass requests on by themselves, beside Tollgate with its Envoy. They
 * are installed when they are not there. Prints a table and writes nothing.
 */
export async function benchPeers(form: Form): Promise<number> {
  const rounds = form === 'quick' ? 3 : 7
  const directory = emptyWorkspace('bench-peers')
  const running = await startAll(['noopTwo', 'pass', 'full'], directory)
  const cleanUp = [running.stop]
  try {
    const { client, providerPort, stacks } = running
    console.log("peers: starting Portkey's gateway and LiteLLM")
    const portkey = await startPortkey(directory, providerPort)
    cleanUp.unshift(portkey.stop)
    const litellm = await startLitellm(directory, providerPort)
    cleanUp.unshift(litellm.stop)
    const envoy = (name: 'noopTwo' | 'pass' | 'full'): Asked => {
      const stack = stacks[name]
      if (stack === undefined) throw new Error(`${name} has not been started`)
      const pids = [stack.envoyPid, ...(stack.processorPid === undefined ? [] : [stack.processorPid])]
      return { url: stack.url, headers: IDENTITY, pids, requests: 1000 }
    }
    const systems: Readonly<Record<System, Asked>> = {
      'no-op, two levels': envoy('noopTwo'),
      'Tollgate, pass-through': envoy('pass'),
      'Tollgate, full': envoy('full'),
      Portkey: { ...portkey, pids: [portkey.pid], requests: 600 },
      LiteLLM: { ...litellm, pids: [litellm.pid], requests: 150 },
    }
    console.log('peers: warming up')
    for (const system of SYSTEMS) await ask(client, { ...systems[system], requests: systems[system].requests * 3 })
    const measured = new Map<System, Figures[]>(SYSTEMS.map((system) => [system, []]))
    for (let round = 0; round < rounds; round++) {
      console.log(`peers: round ${round + 1} of ${rounds}`)
      for (let turn = 0; turn < SYSTEMS.length; turn++) {
        const system = SYSTEMS[(round + turn) % SYSTEMS.length] ?? 'Portkey'
        measured.get(system)?.push(await ask(client, systems[system]))
      }
    }
    console.log(`\n${peersTable(measured)}\n\nPortkey ${PEER_VERSIONS.portkey}, LiteLLM ${PEER_VERSIONS.litellm}\n`)
    return 0
  } finally {
    for (const stop of cleanUp) await stop()
  }
}

/** CPU of all processes of a system per request, and that over the no-op's of the same round. */
function peersTable(measured: ReadonlyMap<System, readonly Figures[]>): string {
  const cpus = (system: System) => measured.get(system)?.flatMap(({ cpu }) => cpu ?? []) ?? []
  const rows = [...measured].map(([system, figures]) => {
    const own = cpus(system)
    const over: Spread | undefined = own.length === 0 ? undefined : spread(quotients(own, cpus('no-op, two levels')))
    return [
      system,
      figure(own.length === 0 ? undefined : spread(own), 'µs'),
      over === undefined ? '-' : ratioText(over),
      figure(spread(figures.map(({ p50 }) => p50)), 'ms'),
    ]
  })
  return alignedTable(['', 'CPU per request', '/ no-op with its Envoy (low to high)', 'p50 at 16 connections'], rows)
}

async function ask(client: Child, { url, headers, pids, requests }: Asked): Promise<Figures> {
  const job: Job = { url, headers, requests, connections: 16, model: 'gpt-4o', stream: 'no', promptBytes: 2048 }
  const before = cpuOf(pids)
  const report = reportSchema.parse(await client.ask(job))
  const failed = failures(report)
  if (failed.length > 0) throw new Failure(`requests of the bench failed: ${failed.join(', ')}`)
  await pause(150)
  const after = cpuOf(pids)
  const cpu = before === undefined || after === undefined ? undefined : (after - before) / requests
  return { cpu, p50: report.whole.p50 }
}

function cpuOf(pids: readonly number[]): number | undefined {
  const used = pids.map((pid) => processUsage(pid)?.cpuMicros)
  return used.reduce((sum, cpu) => (sum === undefined || cpu === undefined ? undefined : sum + cpu), 0)
}
