import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Failure } from './failure.js'

/** How an Envoy ended: its exit code, or the signal that ended it. */
export interface EnvoyExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface EnvoyProcess {
  readonly pid: number
  /** Resolves once the process is gone; never rejects. */
  readonly exited: Promise<EnvoyExit>
  /** SIGTERM, after five seconds SIGKILL; resolves once the process is gone. */
  stop(): Promise<EnvoyExit>
  /** SIGKILL at once. */
  kill(): void
}

export interface EnvoyLaunch {
  readonly envoyPath: string
  readonly configFile: string
  /** Gets Envoy's own log, truncated first. */
  readonly logFile: string
  /** Further arguments, `--concurrency 1` for example. */
  readonly args?: readonly string[]
}

const STOP_MS = 5000

/**
 * Starts an Envoy that never outlives this process, not even when this process is killed outright. Throws `Failure` when
 * the binary cannot be started.
 */
export function launchEnvoy(launch: EnvoyLaunch): EnvoyProcess {
  const { envoyPath, configFile, logFile, args = [] } = launch
  const log = openSync(logFile, 'w')
  // Its own process group: Ctrl-C in a terminal goes to the whole group, and Envoy must outlast our drain.
  const child = spawn(envoyPath, ['-c', configFile, '--use-dynamic-base-id', '--log-level', 'warning', ...args], {
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  child.on('error', () => undefined)
  const { pid } = child
  if (pid === undefined) throw new Failure(`cannot start ${envoyPath}: is it an Envoy for this machine?`)

  const watchdog = spawnWatchdog(pid)
  const exited = new Promise<EnvoyExit>((resolve) => {
    child.on('exit', (code, signal) => {
      // Any line makes the watchdog go without killing: the id may belong to another process soon.
      watchdog.stdin?.end('done\n')
      watchdog.on('exit', () => resolve({ code, signal }))
      if (watchdog.exitCode !== null || watchdog.signalCode !== null) resolve({ code, signal })
    })
  })
  return {
    pid,
    exited,
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      const exit = await exited
      clearTimeout(hard)
      return exit
    },
  }
}

/** A shell that reads from a pipe which only this process holds: when it breaks without a word, Envoy is ended. */
function spawnWatchdog(pid: number): ChildProcess {
  const script = 'read -r word || { kill -TERM "$1"; sleep 2; kill -KILL "$1"; }'
  const child = spawn('/bin/sh', ['-c', script, 'tollgate-watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  return child
}

/** The last lines of a log file, at most 8 KB; empty when there is none. */
export async function tailOf(logFile: string, lines: number): Promise<string> {
  try {
    const file = await open(logFile, 'r')
    try {
      const { size } = await file.stat()
      const from = Math.max(0, size - 8192)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(8192), 0, 8192, from)
      return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lines).join('\n')
    } finally {
      await file.close()
    }
  } catch {
    return ''
  }
}
