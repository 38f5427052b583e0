import { join } from 'node:path'
import { findEnvoy } from '../cli/setup-envoy.js'
import type { JsonObject } from '../core/json.js'
import { type Child, startChild } from './child.js'
import type { Job } from './job.js'
import { type Measurement, measure } from './measure.js'
import type { Form } from './parts.js'
import { writeFigures } from './results.js'
import { quotients, type Spread, spread } from './statistics.js'
import { alignedTable, figure, ratioText } from './table.js'
import { startTollgate, type TollgateStack } from './tollgate.js'
import { emptyWorkspace } from './workspace.js'

/** What a client of OpenAI's chat reaches: the first passes byte for byte, the others are translated. */
const PATHS = ['openai', 'anthropic', 'gemini', 'bedrock'] as const
type Path = (typeof PATHS)[number]

const GOAL = 1.3

interface Size {
  readonly rounds: number
  readonly chunks: number
}

const FULL: Size = { rounds: 9, chunks: 500 }
const QUICK: Size = { rounds: 3, chunks: 200 }
const INTERVAL = 10
const STREAMS = 32

/**
 * The CPU of translation: requests of 2 KB with streams of 500 chunks from one client, to a target of the client's own dialect and to
 * targets of others, through Envoy, in turns. `full` writes the `translation` part of `bench/results.json` and its table. Returns
 * 1 when the goal is missed.
 */
export async function benchTranslation(form: Form): Promise<number> {
  const size = form === 'full' ? FULL : QUICK
  const directory = emptyWorkspace('bench-translation')
  const cleanUp: (() => Promise<void>)[] = []
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    cleanUp.unshift(started.stop)
    return started
  }
  try {
    console.log('translation: starting Envoy with Tollgate')
    const client = keep(startChild('client', join(directory, 'client.log')))
    const provider = keep(startChild('provider', join(directory, 'provider.log')))
    const foreign = keep(startChild('foreign-provider', join(directory, 'foreign-provider.log')))
    const ports = { provider: Number(await provider.ask('port')), foreign: Number(await foreign.ask('port')) }
    const envoyPath = await findEnvoy()
    const setup = { envoyPath, directory, providerPort: ports.provider, workers: 1 }
    const stack = keep(await startTollgate({ ...setup, config: config(ports, size), gracefulClose: 'on' }))
    const measured = await runRounds(client, stack, size)
    const lines = PATHS.map((path) => lineOf(path, measured))
    const table = alignedTable(
      ['target', 'CPU per stream', 'over the same dialect (low to high)', 'goal'],
      lines.map(({ path, cpu, ratio, verdict }) => [
        path,
        figure(cpu, 'µs'),
        path === 'openai' ? '' : ratioText(ratio),
        verdict === undefined ? '' : `≤ ${GOAL.toFixed(1)}x: ${verdict}`,
      ]),
    )
    console.log(`\n${table}\n`)
    if (form === 'full') writeFigures({ translation: resultsOf(lines, size) }, 'translation', table)
    const missed = lines.filter(({ verdict }) => verdict === 'missed')
    for (const { path } of missed) console.log(`missed: translation to ${path}, at most ${GOAL.toFixed(1)}x`)
    return missed.length > 0 ? 1 : 0
  } finally {
    for (const stop of cleanUp) await stop()
  }
}

type Rounds = Readonly<Record<Path, Measurement[]>>

async function runRounds(client: Child, stack: TollgateStack, size: Size): Promise<Rounds> {
  for (const path of PATHS) await measure(client, stack, jobFor(path, size))
  const measured: Rounds = { openai: [], anthropic: [], gemini: [], bedrock: [] }
  for (let round = 0; round < size.rounds; round++) {
    console.log(`translation: round ${round + 1} of ${size.rounds}`)
    for (let turn = 0; turn < PATHS.length; turn++) {
      const path = PATHS[(round + turn) % PATHS.length] ?? 'openai'
      measured[path].push(await measure(client, stack, jobFor(path, size)))
    }
  }
  return measured
}

function jobFor(path: Path, { chunks }: Size): Omit<Job, 'url'> {
  const stream = { stream: 'yes', promptBytes: 2048, chunks, intervalMs: INTERVAL, timeoutMs: 60_000 } as const
  return { ...stream, model: path, connections: STREAMS, requests: STREAMS }
}

interface Line {
  readonly path: Path
  /** Microseconds of the external processor for one request and its stream. */
  readonly cpu: Spread | undefined
  readonly ratio: Spread
  readonly verdict?: 'met' | 'missed' | 'not measured'
}

function lineOf(path: Path, measured: Rounds): Line {
  const perStream = (which: Path) => measured[which].flatMap((m) => (m.processorCpu ?? Number.NaN) / STREAMS)
  const cpus = perStream(path).filter((cpu) => !Number.isNaN(cpu))
  const ratio = spread(quotients(perStream(path), perStream('openai')))
  const cpu = cpus.length === 0 ? undefined : spread(cpus)
  if (path === 'openai') return { path, cpu, ratio }
  return { path, cpu, ratio, verdict: cpu === undefined ? 'not measured' : ratio.median <= GOAL ? 'met' : 'missed' }
}

function resultsOf(lines: readonly Line[], { rounds, chunks }: Size): object {
  return {
    versions: { node: process.versions.node },
    rounds,
    chunks,
    goals: lines.flatMap(({ path, ratio, verdict }) =>
      verdict === undefined ? [] : [{ name: `translation to ${path}`, atMost: GOAL, verdict, ratio }],
    ),
    thisMachineOnly: Object.fromEntries(lines.map(({ path, cpu }) => [`${path} (µs per stream)`, cpu])),
  }
}

function config(ports: { readonly provider: number; readonly foreign: number }, { chunks }: Size): JsonObject {
  const at = (port: number, path = '') => ({ apiKey: 'bench', baseUrl: `http://127.0.0.1:${port}${path}` })
  const named = (provider: string, model: string) => ({ targets: [{ provider, model }] })
  const paced = `bench-${chunks}-${INTERVAL}`
  return {
    version: 1,
    providers: {
      openai: { kind: 'openai', ...at(ports.provider, '/v1') },
      anthropic: { kind: 'anthropic', ...at(ports.foreign) },
      gemini: { kind: 'gemini', ...at(ports.foreign, '/v1beta') },
      bedrock: { kind: 'bedrock', region: 'us-east-1', ...at(ports.foreign) },
    },
    models: {
      openai: named('openai', 'gpt-4o'),
      anthropic: named('anthropic', `claude-${paced}`),
      gemini: named('gemini', `gemini-${paced}`),
      bedrock: named('bedrock', `amazon.nova-${paced}`),
    },
  }
}
