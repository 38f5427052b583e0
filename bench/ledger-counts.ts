/** What a Redis server says it has done since it was started. */
export interface ServerCounts {
  readonly version: string
  /** User and system time of the server, in microseconds. */
  readonly cpuMicros: number
  /** Calls of EVALSHA and EVAL. What a script calls is counted apart. */
  readonly scripts: number
  /** Events of reading from a connection; commands that arrive together are one. */
  readonly reads: number
}

/** Reads the reply to `INFO all`. Throws when a figure that every server gives is missing. */
export function serverCounts(info: string): ServerCounts {
  const field = (name: string) => {
    const found = new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
    if (found === undefined) throw new Error(`Redis does not say its ${name}`)
    return found
  }
  // A command that was never called has no line.
  const calls = (command: string) => Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return {
    version: field('redis_version'),
    cpuMicros: (Number(field('used_cpu_user')) + Number(field('used_cpu_sys'))) * 1e6,
    scripts: calls('evalsha') + calls('eval'),
    reads: Number(field('total_reads_processed')),
  }
}
