import { readdirSync, readFileSync } from 'node:fs'

/** What a process has used so far. */
export interface ProcessUsage {
  /** User and system time of all threads, in microseconds. */
  readonly cpuMicros: number
  readonly rssMiB: number
}

/** Reads `/proc` for `pid`; undefined where there is no such file system or process. */
export function processUsage(pid: number): ProcessUsage | undefined {
  try {
    return {
      cpuMicros: threadTime(pid) ?? cpuTicks(readFileSync(`/proc/${pid}/stat`, 'latin1')) * 10_000,
      rssMiB: residentKiB(readFileSync(`/proc/${pid}/status`, 'latin1')) / 1024,
    }
  } catch {
    return undefined
  }
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

/** utime + stime of a `/proc/PID/stat` line, in ticks of 1/100 s. The command name may hold spaces and brackets. */
export function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** VmRSS of a `/proc/PID/status` text, in KiB. */
export function residentKiB(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN)
}
