import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { ParsedConfig } from '../io/config.js'
import { type Environment, readConfiguration } from './configuration.js'

/** Files up to this many bytes are read faster than a thread begins. */
const SMALL = 64 * 1024

/** A thread that has said nothing for so long, in milliseconds, is given up. */
const DEADLINE = 60_000

/** How long a thread is kept that has nothing to read yet, in milliseconds. */
const KEPT = 5_000

/** Reads one configuration file, again and again. */
export interface AsideReader {
  /** The file may have to be read soon. The thread for a large one begins: its code takes a third of the time that reading does. */
  expect(): void
  read(): Promise<ParsedConfig>
}

/**
 * Reads a configuration file as `readConfiguration` does, a large one in a thread of its own: while thousands of models are read and
 * checked, requests go on. Where that thread fails the file is read here.
 */
export function asideReader(path: string, env: Environment, kept = KEPT): AsideReader {
  let expecting: Worker | undefined
  let idle: NodeJS.Timeout | undefined

  const taken = (): Worker | undefined => {
    const thread = expecting
    clearTimeout(idle)
    expecting = undefined
    return thread
  }
  return {
    expect() {
      if (expecting || sizeOf(path) <= SMALL) return
      const thread = beginThread(path, env)
      expecting = thread
      thread.unref()
      thread.once('error', () => {})
      thread.once('exit', () => {
        if (expecting === thread) taken()
      })
      idle = setTimeout(() => void taken()?.terminate(), kept).unref()
    },
    async read() {
      const thread = taken()
      if (thread || sizeOf(path) > SMALL) {
        const read = await readIn(thread ?? beginThread(path, env))
        if (read) return read
      }
      return readConfiguration(path, env)
    },
  }
}

function beginThread(path: string, env: Environment): Worker {
  return new Worker(new URL('./read-aside-thread.js', import.meta.url), { workerData: { path, env: { ...env } } })
}

function readIn(thread: Worker): Promise<ParsedConfig | undefined> {
  thread.ref()
  thread.postMessage('read')
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
