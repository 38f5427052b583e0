import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { ParsedConfig } from '../io/config.js'
import { type Environment, readConfiguration } from './configuration.js'

/** Files up to this many bytes are read faster than a thread begins. */
const SMALL = 64 * 1024

/** A thread that has said nothing for so long, in milliseconds, is given up. */
const DEADLINE = 60_000

/**
 * Reads a configuration file as `readConfiguration` does, a large one in a thread of its own: while thousands of models are read and
 * checked, requests go on. Where that thread fails the file is read here.
 */
export async function readConfigurationAside(path: string, env: Environment): Promise<ParsedConfig> {
  if (sizeOf(path) <= SMALL) return readConfiguration(path, env)
  return (await readInThread(path, env)) ?? readConfiguration(path, env)
}

function readInThread(path: string, env: Environment): Promise<ParsedConfig | undefined> {
  const thread = new Worker(new URL('./read-aside-thread.js', import.meta.url), {
    workerData: { path, env: { ...env } },
  })
  return new Promise((resolve) => {
    const end = (read: ParsedConfig | undefined) => {
      clearTimeout(deadline)
      void thread.terminate()
      resolve(read)
    }
    const deadline = setTimeout(end, DEADLINE, undefined)
    thread.once('message', end)
    thread.once('error', () => end(undefined))
    thread.once('exit', () => end(undefined))
  })
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
