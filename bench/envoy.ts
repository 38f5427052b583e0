import { join } from 'node:path'
import { findEnvoy } from '../cli/setup-envoy.js'
import { type Child, startChild } from './child.js'
import { compare, goals, ROWS, type Rounds, SYSTEMS, type System } from './comparison.js'
import { type Measurement, measure } from './measure.js'
import type { Form } from './parts.js'
import { processUsage } from './process-usage.js'
import { resultsJson, writeFigures } from './results.js'
import { type Stack, startBare, startNoop } from './stacks.js'
import { markdownTable } from './table.js'
import { startTollgate } from './tollgate.js'
import { config, type Jobs, jobs } from './workload.js'
import { emptyWorkspace } from './workspace.js'

/** Bare Envoy, Envoy with a no-op processor, and Envoy with Tollgate, measured in turns in one run. */
export async function benchEnvoy(form: Form): Promise<number> {
  const size = form === 'quick' ? QUICK : FULL
  const directory = emptyWorkspace('bench')
  const cleanUp: (() => Promise<void>)[] = []
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    cleanUp.unshift(started.stop)
    return started
  }
  try {
    console.log('starting bare Envoy, Envoy with a no-op processor, Envoy with Tollgate')
    const envoyPath = await findEnvoy()
    const client = keep(startChild('client', join(directory, 'client.log')))
    const provider = keep(startChild('provider', join(directory, 'provider.log')))
    const providerPort = Number(await provider.ask('port'))
    const setup = { envoyPath, directory, providerPort, workers: 1 }
    const stacks = {
      bare: keep(await startBare(setup)),
      noop: keep(await startNoop(setup)),
      tollgate: keep(await startTollgate({ ...setup, config: config(providerPort), gracefulClose: 'on' })),
    }

    const idle = idleMemory(stacks)
    const rounds = await runRounds(client, stacks, size)
    const lines = compare(rounds, idle)
    const table = markdownTable(lines)
    console.log(`\n${table}\n`)
    if (form === 'full') {
      const versions = { node: process.versions.node, envoy: await envoyVersion(stacks.bare) }
      writeFigures(resultsJson(lines, versions, size.rounds), 'envoy', table)
    }
    const missed = goals(lines).filter(({ verdict }) => verdict !== 'met')
    for (const { name, limit, verdict } of missed) console.log(`${verdict}: ${name} at most ${limit.toFixed(1)}x`)
    return missed.some(({ verdict }) => verdict === 'missed') ? 1 : 0
  } finally {
    for (const stop of cleanUp) await stop()
  }
}

interface Size {
  readonly rounds: number
  readonly warmUp: Jobs
  readonly jobs: Jobs
}

const FULL: Size = { rounds: 9, warmUp: jobs(4000, 300, 100), jobs: jobs(3000, 300, 300) }
const QUICK: Size = { rounds: 3, warmUp: jobs(2000, 100, 50), jobs: jobs(1500, 150, 150) }

async function runRounds(client: Child, stacks: Readonly<Record<System, Stack>>, size: Size): Promise<Rounds> {
  for (const system of SYSTEMS) for (const row of ROWS) await measure(client, stacks[system], size.warmUp[row])
  const none = (): Record<System, Measurement[]> => ({ bare: [], noop: [], tollgate: [] })
  const measured = { json: none(), stream: none(), single: none() }
  for (let round = 0; round < size.rounds; round++) {
    console.log(`round ${round + 1} of ${size.rounds}`)
    for (const row of ROWS) {
      // Each round starts with another system, so that none always runs on the warmer machine.
      for (let turn = 0; turn < SYSTEMS.length; turn++) {
        const system = SYSTEMS[(round + turn) % SYSTEMS.length] ?? 'bare'
        measured[row][system].push(await measure(client, stacks[system], size.jobs[row]))
      }
    }
  }
  return measured
}

function idleMemory(stacks: Readonly<Record<System, Stack>>): Partial<Record<System, number>> {
  return Object.fromEntries(
    SYSTEMS.flatMap((system) => {
      const { processorPid } = stacks[system]
      const usage = processorPid === undefined ? undefined : processUsage(processorPid)
      return usage === undefined ? [] : [[system, usage.rssMiB]]
    }),
  )
}

async function envoyVersion(stack: Stack): Promise<string> {
  const response = await fetch(`${stack.envoyAdmin}/server_info`, { signal: AbortSignal.timeout(5000) })
  return /\/(\d+\.\d+\.\d+)\//.exec(await response.text())?.[1] ?? 'unknown'
}
