import { renameSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { JsonObject } from '../core/json.js'
import type { Child } from './child.js'
import { failures, type Job, type Report, reportSchema, total } from './job.js'
import { processUsage } from './process-usage.js'
import { mean } from './statistics.js'
import type { TollgateStack } from './tollgate.js'
import { eventually, pause } from './workspace.js'

/** What a check found; `problems` is empty when it passed, `detail` says what was seen. */
export interface Finding {
  readonly problems: readonly string[]
  readonly detail: string
}

/** What every check works with. `share` is the part of the full amount that is sent, 1 or less. */
export interface LoadContext {
  readonly client: Child
  readonly stack: TollgateStack
  readonly share: number
}

const MODEL = 'gpt-4o'
const STEADY: Omit<Job, 'url' | 'requests'> = { model: MODEL, stream: 'no', promptBytes: 2048, connections: 16 }
const STREAM: Omit<Job, 'url' | 'requests'> = {
  model: MODEL,
  stream: 'yes',
  promptBytes: 512,
  connections: 64,
  chunks: 20,
  intervalMs: 5,
}

/** The configuration that the load runs against; `extra` models have the same target as the main one. */
export function loadConfig(ports: { readonly steady: number; readonly flaky: number }, extra: string[] = []) {
  const provider = (port: number) => ({ kind: 'openai', apiKey: 'load', baseUrl: `http://127.0.0.1:${port}/v1` })
  const steady = { provider: 'steady', model: MODEL }
  const models: Record<string, JsonObject> = {
    [MODEL]: { targets: [steady] },
    'resets-before': { targets: [{ provider: 'flaky', model: 'reset-before' }] },
    'resets-midway': { targets: [{ provider: 'flaky', model: 'reset-midway' }] },
    recovers: { targets: [{ provider: 'flaky', model: 'reset-before' }, steady] },
    ...Object.fromEntries(extra.map((name) => [name, { targets: [{ provider: name, model: MODEL }] }])),
  }
  return {
    version: 1,
    providers: {
      steady: provider(ports.steady),
      flaky: provider(ports.flaky),
      ...Object.fromEntries(extra.map((name) => [name, provider(ports.steady)])),
    },
    models,
  }
}

/** 20,000 requests at 16 connections, none of which may fail. */
export async function manyRequests(context: LoadContext): Promise<Finding> {
  return conclude(context, [await run(context, { ...STEADY, requests: 20_000 * context.share })])
}

/** 2,000 streams at 64 connections, none of which may fail. */
export async function manyStreams(context: LoadContext): Promise<Finding> {
  return conclude(context, [await run(context, { ...STREAM, requests: 2000 * context.share })])
}

/** The most by which the last quarter's mean RSS may exceed the second quarter's. */
const RSS_GROWTH = 1.05

/** How often 50,000 requests are sent at most: when the runtime takes its final size depends on what else the machine does. */
const ROUNDS = 3

/** 50,000 requests: resident memory must have stopped growing after the first half, or after that of a later round. */
export async function steadyMemory(context: LoadContext): Promise<Finding> {
  const quarters: number[] = []
  const reports: Report[] = []
  const growth = () => (quarters.at(-1) ?? Number.NaN) / (quarters.at(-3) ?? Number.NaN)
  do {
    for (let quarter = 0; quarter < 4; quarter++) {
      const sizes: number[] = []
      const sampler = setInterval(() => sizes.push(processUsage(context.stack.processorPid)?.rssMiB ?? Number.NaN), 100)
      reports.push(await run(context, { ...STEADY, requests: 12_500 * context.share }))
      clearInterval(sampler)
      quarters.push(mean(sizes))
    }
  } while (context.share === 1 && growth() > RSS_GROWTH && quarters.length < ROUNDS * 4)
  const ratio = growth()
  const detail = `${quarters.map((mib) => mib.toFixed(0)).join(', ')} MiB by quarter, last/second ${ratio.toFixed(3)}`
  const { problems } = await conclude(context, reports)
  // A shortened run ends before the runtime has its final size, and without /proc there is nothing to compare.
  const judged = context.share === 1 && !Number.isNaN(ratio)
  const grown = judged && ratio > RSS_GROWTH ? [`RSS grew by more than ${RSS_GROWTH}x`] : []
  return { problems: [...problems, ...grown], detail: judged ? detail : `${detail} (not judged)` }
}

/** 500 clients hang up in the middle of a stream while others work. */
export async function hangUps(context: LoadContext): Promise<Finding> {
  const leaving = { ...STREAM, connections: 32, requests: 500 * context.share, chunks: 200, intervalMs: 10 }
  const [steady, left] = await Promise.all([
    run(context, { ...STEADY, requests: 5000 * context.share }),
    run(context, { ...leaving, hangUpAfter: 5 }),
  ])
  const stayed = failures(left, (outcome) => outcome === 'hung up')
  return conclude(context, [steady], stayed, `${total(left)} hung up`)
}

/** A provider breaks 1,000 connections, before its answer and midway, while others work; a fallback hides the break. */
export async function providerResets(context: LoadContext): Promise<Finding> {
  const requests = 500 * context.share
  const [steady, before, midway, recovered] = await Promise.all([
    run(context, { ...STEADY, requests: requests * 8 }),
    run(context, { ...STEADY, model: 'resets-before', connections: 8, requests }),
    run(context, { ...STREAM, model: 'resets-midway', connections: 8, requests }),
    run(context, { ...STEADY, model: 'recovers', connections: 8, requests }),
  ])
  const wrong = [
    ...failures(before, (outcome) => outcome === 'status 502' || outcome === 'status 503'),
    ...failures(midway, (outcome) => /^(cut|frames \d+|status 50[23])$/.test(outcome)),
  ]
  return conclude(context, [steady, recovered], wrong, `${total(before) + total(midway)} broken answers`)
}

/** Milliseconds between two changes of the configuration file, and seconds that they go on. */
const RELOAD_EVERY = 300
const RELOAD_SECONDS = 12

/** The configuration file is rewritten every 300 ms, with providers that come and go, while requests run. */
export async function reloads(
  context: LoadContext,
  ports: { readonly steady: number; readonly flaky: number },
): Promise<Finding> {
  const seconds = Math.max(3, RELOAD_SECONDS * context.share)
  const running = Promise.all([
    run(context, { ...STEADY, connections: 8, requests: 1_000_000, seconds }),
    run(context, { ...STREAM, connections: 16, requests: 1_000_000, seconds }),
  ])
  let generation = 0
  const until = Date.now() + seconds * 1000
  while (Date.now() < until) {
    generation++
    writeConfig(context.stack.configFile, generation, stringify(loadConfig(ports, [`generation-${generation}`])))
    await pause(RELOAD_EVERY)
  }
  const reports = await running
  const url = context.stack.url.replace('chat/completions', `models/generation-${generation}`)
  const unseen = await eventually('the last configuration is not in force', 3, async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) })
    return response.ok ? [] : undefined
  }).catch((error: Error) => [error.message])
  const reached = await run(context, { ...STEADY, model: `generation-${generation}`, connections: 4, requests: 40 })
  return conclude(context, [...reports, reached], unseen, `${generation} reloads`)
}

function writeConfig(file: string, generation: number, text: string): void {
  const inPlace = generation % 2 === 0
  writeFileSync(inPlace ? file : `${file}.next`, text)
  if (!inPlace) renameSync(`${file}.next`, file)
}

async function run({ client, stack }: LoadContext, job: Omit<Job, 'url'>): Promise<Report> {
  return reportSchema.parse(await client.ask({ ...job, url: stack.url }))
}

async function conclude(
  { stack }: LoadContext,
  reports: readonly Report[],
  further: readonly string[] = [],
  seen = '',
): Promise<Finding> {
  const open = await eventually('exchanges are still open', 10, async () =>
    (await stack.metric('tollgate_exchanges_open')) === 0 ? [] : undefined,
  ).catch((error: Error) => [error.message])
  const ended = stack.isRunning() ? [] : ['Tollgate has ended']
  const problems = [...reports.flatMap((report) => failures(report)), ...further, ...open, ...ended]
  const answers = reports.reduce((sum, report) => sum + total(report), 0)
  const slowest = Math.max(...reports.map((report) => report.whole.max))
  const detail = `${answers} answers, slowest ${slowest.toFixed(0)} ms${seen === '' ? '' : `, ${seen}`}`
  return { problems, detail }
}
