import { Failure } from '../cli/failure.js'
import type { Child } from './child.js'
import { failures, type Job, type Report, reportSchema } from './job.js'
import { processUsage } from './process-usage.js'
import type { Stack } from './stacks.js'
import { pause } from './workspace.js'

/** One job's cost on one stack. CPU is in microseconds for the whole job; absent where the system does not tell. */
export interface Measurement {
  readonly report: Report
  readonly envoyCpu?: number
  readonly processorCpu?: number
  /** Of the processor, right after the job. */
  readonly rssMiB?: number
  /** ext_proc messages that Envoy sent, and gRPC streams that it opened for them. */
  readonly messages: ExtProcCounts
}

/** What Envoy's own counters say. */
export interface ExtProcCounts {
  readonly messages: number
  readonly streams: number
}

/** Runs a job against a stack and measures what it cost. Throws when a single answer was not good. */
export async function measure(client: Child, stack: Stack, job: Omit<Job, 'url'>): Promise<Measurement> {
  const before = await observe(stack)
  const report = reportSchema.parse(await client.ask({ ...job, url: stack.url }))
  const failed = failures(report)
  if (failed.length > 0) throw new Failure(`requests of the bench failed: ${failed.join(', ')}`)
  // What is done after the last answer (settling, logging) belongs to the job too.
  await pause(150)
  const after = await observe(stack)
  return {
    report,
    ...difference('envoyCpu', before.envoy?.cpuMicros, after.envoy?.cpuMicros),
    ...difference('processorCpu', before.processor?.cpuMicros, after.processor?.cpuMicros),
    ...(after.processor === undefined ? {} : { rssMiB: after.processor.rssMiB }),
    messages: {
      messages: after.counts.messages - before.counts.messages,
      streams: after.counts.streams - before.counts.streams,
    },
  }
}

async function observe(stack: Stack) {
  const response = await fetch(`${stack.envoyAdmin}/stats?filter=ext_proc`, { signal: AbortSignal.timeout(5000) })
  const counts = extProcCounts(await response.text())
  const processor = stack.processorPid === undefined ? undefined : processUsage(stack.processorPid)
  return { counts, processor, envoy: processUsage(stack.envoyPid) }
}

function difference<K extends string>(key: K, before: number | undefined, after: number | undefined) {
  if (before === undefined || after === undefined) return {}
  return { [key]: after - before }
}

/** Adds up the ext_proc counters of all filters in the text that Envoy's `/stats` prints. */
export function extProcCounts(stats: string): ExtProcCounts {
  const total = (name: string) =>
    stats
      .split('\n')
      .filter((line) => line.includes('ext_proc.') && line.includes(`${name}: `))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(': ') + 2)), 0)
  return { messages: total('stream_msgs_sent'), streams: total('streams_started') }
}
