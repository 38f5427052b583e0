import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { ParsedConfig } from '../io/config.js'
import { type Environment, readConfiguration } from './configuration.js'

/** Files up to this many bytes are read faster than a thread begins. */
const SMALL = 64 * 1024

/** A thread that has said nothing for so long, in milliseconds, is given up. */
const DEADLINE = 60_000

/**
 * Megabytes of a thread's young generation, most of which V8 keeps. With half of it full collections come between, which forget machine code;
 * with twice as much no reading is quicker.
 */
const YOUNG = 48

// V8 reads these when it sets up a heap: those that are there keep what they have.
/** For the flag overrules what a thread is given. */
const UNLIMITED = '--max-semi-space-size=0'
/** A heap that nothing happens in is collected after a minute or so, with the machine code of what reads. */
const UNREDUCED = '--no-memory-reducer'
const REDUCED = '--memory-reducer'

/** Reads one configuration file, again and again. */
export interface AsideReader {
  /** The file will be read some time. For a large one a thread begins now, and reads it for nothing: first readings take up to twice the time, for code that is loaded and compiled. */
  prepare(): void
  /** The file has changed, and may have to be read soon. A large one is read at once, for what comes of it where nothing has changed since. */
  expect(): void
  /** One at a time. */
  read(): Promise<ParsedConfig>
}

/** What a thread is told. Only `read` is answered, with a `ReadAside`. */
export type ToThread = 'prepare' | 'read'

/** What a thread has read, with hashes of the files that it has done so from. */
export interface ReadAside {
  readonly parsed: ParsedConfig
  readonly hashes: ReadonlyMap<string, string>
}

/**
 * Reads a configuration file as `readConfiguration` does, a large one in a thread of its own: while thousands of models are read and
 * checked, requests go on. Where that thread fails the file is read here.
 */
export function asideReader(path: string, env: Environment): AsideReader {
  let thread: Worker | undefined
  /** What has been begun before anybody asked for it. */
  let ahead: Promise<ReadAside | undefined> | undefined
  let reading: Promise<unknown> = Promise.resolve()

  const end = () => {
    void thread?.terminate()
    thread = undefined
    ahead = undefined
  }
  const begun = (): Worker => {
    if (thread) return thread
    setFlagsFromString(UNLIMITED)
    setFlagsFromString(UNREDUCED)
    const begins = new Worker(new URL('./read-aside-thread.js', import.meta.url), {
      workerData: { path, env: { ...env } },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
    })
    begins.unref()
    begins.once('online', () => setFlagsFromString(REDUCED))
    begins.once('error', () => {})
    begins.once('exit', () => {
      setFlagsFromString(REDUCED)
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
      return read
    })
    reading = mine
    return mine
  }
  return {
    prepare() {
      if (isLarge(path)) tell(begun(), 'prepare')
    },
    expect() {
      if (isLarge(path)) ahead ??= readAside()
    },
    async read() {
      const early = await ahead
      ahead = undefined
      if (early && isAsIs(early)) return early.parsed
      const large = isLarge(path)
      const read = large ? await readAside() : undefined
      if (!large) end()
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
    tell(thread, 'read')
  })
}

function tell(thread: Worker, what: ToThread): void {
  thread.postMessage(what)
}

function isLarge(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > SMALL
}
