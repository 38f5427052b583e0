import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../cli/project-root.js'
import type { Form } from '../parts.js'
import { processUsage } from '../process-usage.js'
import { writeFigures } from '../results.js'
import type { Stack } from '../stacks.js'
import { emptyWorkspace } from '../workspace.js'
import { charts } from './charts.js'
import { compare } from './figures.js'
import { goals, goalText, type Memory } from './goals.js'
import { aliveOfOpenStreams } from './open-streams.js'
import { pipelineResults } from './results.js'
import { runRounds, type Stacks, warmUp } from './rounds.js'
import { FULL, QUICK } from './rows.js'
import { startAll } from './start.js'
import { STACKS, type StackName } from './systems.js'
import { report } from './tables.js'

/**
 * Bare Envoy, Envoy with no-op processors, and Envoy with Tollgate, from pass-through to everything on, measured in turns in one
 * run. `full` writes the `pipeline` part of `bench/results.json`, and tables and charts of `docs/performance.md`. Returns 1 when
 * a goal is missed.
 */
export async function benchPipeline(form: Form): Promise<number> {
  const size = form === 'quick' ? QUICK : FULL
  console.log('pipeline: starting Envoys: bare, with no-op processors, with Tollgate')
  const running = await startAll(STACKS, emptyWorkspace('bench'))
  try {
    const { client, stacks } = running
    const idle = idleMemory(stacks)
    console.log('pipeline: warming up')
    await warmUp(client, stacks, size)
    const lines = compare(await runRounds(client, stacks, size, undefined, (line) => console.log(`pipeline: ${line}`)))
    console.log('pipeline: what open streams keep alive')
    const memory: Memory = { idle, alive: await aliveOfOpenStreams(client, stacks) }
    const judged = goals(lines, memory)
    const tables = report(lines, judged, memory)
    console.log(`\n${tables}\n`)
    if (form === 'full') {
      const versions = { node: process.versions.node, envoy: await envoyVersion(stacks.bare) }
      writeFigures({ pipeline: pipelineResults({ versions, size }, lines, judged, memory) }, 'pipeline', tables)
      writeCharts(charts(lines))
    }
    const unmet = judged.filter(({ verdict }) => verdict !== 'met')
    for (const { name, limit, unit, verdict } of unmet) console.log(`${verdict}: ${name} ≤ ${goalText(limit, unit)}`)
    return unmet.some(({ verdict }) => verdict === 'missed') ? 1 : 0
  } finally {
    await running.stop()
  }
}

function idleMemory(stacks: Stacks): Memory['idle'] {
  const sizes: Partial<Record<StackName, number>> = {}
  for (const name of STACKS) {
    const pid = stacks[name]?.processorPid
    const usage = pid === undefined ? undefined : processUsage(pid)
    if (usage !== undefined) sizes[name] = usage.rssMiB * 1.048576
  }
  return sizes
}

function writeCharts(drawn: ReadonlyMap<string, string>): void {
  const folder = join(projectRoot(), 'docs', 'charts')
  mkdirSync(folder, { recursive: true })
  for (const [file, svg] of drawn) writeFileSync(join(folder, file), svg)
}

async function envoyVersion(stack: Stack | undefined): Promise<string> {
  if (stack === undefined) return 'unknown'
  const response = await fetch(`${stack.envoyAdmin}/server_info`, { signal: AbortSignal.timeout(5000) })
  return /\/(\d+\.\d+\.\d+)\//.exec(await response.text())?.[1] ?? 'unknown'
}
