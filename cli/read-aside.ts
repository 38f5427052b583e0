import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { ParsedConfig } from '../io/config.js'
import { type Environment, readConfiguration } from './configuration.js'

/** Files up to this many bytes are read faster than a thread begins. */
const SMALL = 64 * 1024

/** A thread that has said nothing for so long, in milliseconds, is given up. */
const DEADLINE = 60_000

/** How long a thread is kept that has nothing to read, in milliseconds. A second change is often soon after the first, and takes half the time with it. */
const KEPT = 60_000

/** Reads one configuration file, again and again. */
export interface AsideReader {
  /** The file has changed, and may have to be read soon. A large one is read at once, for what comes of it where nothing has changed since. */
  expect(): void
  /** One at a time. */
  read(): Promise<ParsedConfig>
}

/** What a thread has read, with hashes of the files that it has done so from. */
export interface ReadAside {
  readonly parsed: ParsedConfig
  readonly hashes: ReadonlyMap<string, string>
}

/**
 * Reads a configuration file as `readConfiguration` does, a large one in a thread of its own: while thousands of models are read and
 * checked, requests go on. Where that thread fails the file is read here.
 */
export function asideReader(path: string, env: Environment, kept = KEPT): AsideReader {
  let thread: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  /** What has been begun before anybody asked for it. */
  let ahead: Promise<ReadAside | undefined> | undefined
  let reading: Promise<unknown> = Promise.resolve()

  const end = () => {
    clearTimeout(idle)
    void thread?.terminate()
    thread = undefined
    ahead = undefined
  }
  const begun = (): Worker => {
    clearTimeout(idle)
    if (thread) return thread
    const begins = new Worker(new URL('./read-aside-thread.js', import.meta.url), {
      workerData: { path, env: { ...env } },
    })
    begins.unref()
    begins.once('error', () => {})
    begins.once('exit', () => {
      if (thread === begins) end()
    })
    thread = begins
    return begins
  }
  const readAside = (): Promise<ReadAside | undefined> => {
    // The thread's answers say nothing of what they answer to: one at a time.
    const mine = reading.then(async () => {
      const read = await readIn(begun())
      if (!read) end()
      clearTimeout(idle)
      idle = setTimeout(end, kept).unref()
      return read
    })
    reading = mine
    return mine
  }
  return {
    expect() {
      if (sizeOf(path) > SMALL) ahead ??= readAside()
    },
    async read() {
      const early = await ahead
      ahead = undefined
      if (early && isAsIs(early)) return early.parsed
      const read = sizeOf(path) > SMALL ? await readAside() : undefined
      return read?.parsed ?? readConfiguration(path, env)
    },
  }
}

/** Reads a file as UTF-8 and notes what it was. Throws when it cannot. */
export function readAndHash(hashes: Map<string, string>): (file: string) => string {
  return (file) => {
    hashes.set(file, '')
    const bytes = readFileSync(file)
    hashes.set(file, hashOf(bytes))
    return bytes.toString()
  }
}

/** Whether all files are still as they were read; of one that could not be, nobody knows. */
function isAsIs({ hashes }: ReadAside): boolean {
  try {
    return [...hashes].every(([file, hash]) => hashOf(readFileSync(file)) === hash)
  } catch {
    return false
  }
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64')

/** What a thread has read; undefined where it failed. */
function readIn(thread: Worker): Promise<ReadAside | undefined> {
  return new Promise((resolve) => {
    const end = (read?: ReadAside) => {
      clearTimeout(deadline)
      thread.off('message', end).off('error', failed).off('exit', failed)
      thread.unref()
      resolve(read)
    }
    const failed = () => end()
    const deadline = setTimeout(failed, DEADLINE)
    thread.on('message', end).on('error', failed).on('exit', failed)
    thread.ref()
    thread.postMessage('read')
  })
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
