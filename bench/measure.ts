import { Failure } from '../cli/failure.js'
import type { Child } from './child.js'
import { EXTRA_FRAMES, failures, type Job, type Report, reportSchema } from './job.js'
import { type ProcessUsage, processUsage } from './process-usage.js'
import type { Stack } from './stacks.js'
import { pause } from './workspace.js'

/** One job's cost on one stack. CPU is in microseconds for the whole job; absent where the system does not tell. */
export interface Measurement {
  readonly report: Report
  /** Frames of streams that the provider has sent. */
  readonly chunks: number
  readonly envoyCpu?: number
  readonly processorCpu?: number
  /** Of the processor, right before the job, right after it, and the most that was seen while it ran. */
  readonly rssMiB?: { readonly before: number; readonly after: number; readonly most: number }
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
  const memory = watchMemory(stack.processorPid)
  const report = reportSchema.parse(await client.ask({ ...job, url: stack.url }).finally(memory.stop))
  const failed = failures(report)
  if (failed.length > 0) throw new Failure(`requests of the bench failed: ${failed.join(', ')}`)
  // What is done after the last answer (settling, logging) belongs to the job too.
  await pause(150)
  const after = await observe(stack)
  return {
    report,
    chunks: job.stream === 'yes' ? ((job.chunks ?? 0) + EXTRA_FRAMES) * (report.outcomes['ok'] ?? 0) : 0,
    ...difference('envoyCpu', before.envoy?.cpuMicros, after.envoy?.cpuMicros),
    ...difference('processorCpu', before.processor?.cpuMicros, after.processor?.cpuMicros),
    ...memoryOf(before.processor, after.processor, memory.most()),
    messages: {
      messages: after.counts.messages - before.counts.messages,
      streams: after.counts.streams - before.counts.streams,
    },
  }
}

/** Reads the memory of a process a few times per second. */
function watchMemory(pid: number | undefined) {
  let most = 0
  const look = () => {
    most = Math.max(most, (pid === undefined ? undefined : processUsage(pid)?.rssMiB) ?? 0)
  }
  const timer = setInterval(look, 250)
  return { most: () => most, stop: () => clearInterval(timer) }
}

function memoryOf(before: ProcessUsage | undefined, after: ProcessUsage | undefined, most: number) {
  if (before === undefined || after === undefined) return {}
  const seen = Math.max(most, before.rssMiB, after.rssMiB)
  return { rssMiB: { before: before.rssMiB, after: after.rssMiB, most: seen } }
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
