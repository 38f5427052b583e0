import { readdirSync, readFileSync } from 'node:fs'

/** What a process has used so far. */
export interface ProcessUsage {
  /** User and system time of all threads, in microseconds. */
  readonly cpuMicros: number
  /** The same in ticks of 1/100 s, apart. */
  readonly ticks: Ticks
  readonly rssMiB: number
}

export interface Ticks {
  readonly user: number
  readonly system: number
}

/** Reads `/proc` for `pid`; undefined where there is no such file system or process. */
export function processUsage(pid: number): ProcessUsage | undefined {
  try {
    const ticks = cpuTicks(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    return {
      cpuMicros: threadTime(pid) ?? (ticks.user + ticks.system) * 10_000,
      ticks,
      rssMiB: residentKiB(readFileSync(`/proc/${pid}/status`, 'latin1')) / 1024,
    }
  } catch {
    return undefined
  }
}

/** Whether a process has started others that still run; no where the system does not tell. */
export function hasChildren(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.some((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim() !== '')
  } catch {
    return false
  }
}

/** CPU time in microseconds. */
export interface CpuTime {
  readonly total: number
  readonly user: number
  readonly system: number
}

/** What was used between two readings. How it divides into user and system time is only as exact as ticks are. */
export function cpuBetween(before: ProcessUsage, after: ProcessUsage): CpuTime {
  const total = after.cpuMicros - before.cpuMicros
  const user = after.ticks.user - before.ticks.user
  const system = after.ticks.system - before.ticks.system
  const share = user + system === 0 ? 1 : user / (user + system)
  return { total, user: total * share, system: total * (1 - share) }
}

/** Nanosecond-exact time of the living threads, in microseconds; `stat` rounds down to 10 ms, twice. */
function threadTime(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const times = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`).toString().split(' ')[0]),
    )
    return times.reduce((sum, nanos) => sum + nanos, 0) / 1000
  } catch {
    // A kernel without schedstat.
    return undefined
  }
}

/** utime and stime of a `/proc/PID/stat` line, in ticks of 1/100 s. The command name may hold spaces and brackets. */
export function cpuTicks(stat: string): Ticks {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { user: Number(fields[11]), system: Number(fields[12]) }
}

/** VmRSS of a `/proc/PID/status` text, in KiB. */
export function residentKiB(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN)
}
