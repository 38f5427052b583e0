import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Clock } from '../../core/clock.js'
import { type Schedule, systemSchedule, within } from '../ledger/deadline.js'
import { type Trail, type TrailAction, type TrailFields, TrailUnusable } from './trail.js'
import { beginning, collect, ending, type TrailLine } from './trail-lines.js'

export interface TrailFileOptions {
  readonly clock: Clock
  /** Bytes at which another file is begun; 8 MiB unless said. */
  readonly rotateAt?: number
  /** How many older files are kept; 20 unless said. */
  readonly keep?: number
  readonly newId?: () => string
  readonly schedule?: Schedule
}

/** Milliseconds that writing or reading may take. */
const DEADLINE = 10_000

/** Of callers who nobody knows so many are written in each minute. */
const UNKNOWN_PER_MINUTE = 60
const MINUTE = 60_000

/** Characters of a value from the path that are kept. */
const MOST_CHARACTERS = 200

/**
 * The trail in JSON lines: one when an action begins, one when it ends, each on disk before it counts. `PATH` is the latest file,
 * `PATH.1` the one before it. One process writes it.
 */
export function createTrailFile(path: string, options: TrailFileOptions): Trail {
  const { clock, rotateAt = 8 * 2 ** 20, keep = 20, newId = randomUUID, schedule = systemSchedule } = options
  let file: FileHandle | undefined
  let size = 0
  let last: Promise<unknown> = Promise.resolve()
  let minute = 0
  let unknown = 0

  const opened = async (): Promise<FileHandle> => {
    if (file) return file
    await mkdir(dirname(path), { recursive: true })
    const fresh = await open(path, 'a+', 0o600)
    size = (await fresh.stat()).size
    // A line that the process before did not finish must not swallow the next one.
    if (size > 0 && !(await endsInNewline(fresh, size))) size += (await fresh.write('\n')).bytesWritten
    file = fresh
    return fresh
  }
  const rotate = async () => {
    if (size < rotateAt) return
    await file?.close()
    file = undefined
    await rm(`${path}.${keep}`, { force: true })
    for (let n = keep - 1; n >= 0; n--) await renameIfThere(n === 0 ? path : `${path}.${n}`, `${path}.${n + 1}`)
  }
  const write = async (line: TrailLine) => {
    await rotate()
    const target = await opened()
    try {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      await target.appendFile(bytes)
      size += bytes.length
      await target.datasync()
    } catch (cause) {
      file = undefined
      await target.close().catch(() => {})
      throw cause
    }
  }
  /** One after the other, so that no line is torn by another. */
  const append = async (line: TrailLine): Promise<void> => {
    const written = last.then(() => write(line))
    last = written.catch(() => {})
    const answer = await within(DEADLINE, schedule, () => written)
    if (answer.kind === 'answered') return
    throw new TrailUnusable('the trail cannot be written', answer.kind === 'failed' ? { cause: answer.cause } : {})
  }
  /** How many unknown callers were left out since the last that is written; undefined when this one is left out too. */
  const admitted = (action: TrailAction): { readonly left: number } | undefined => {
    if (action.principal !== null) return { left: 0 }
    const current = Math.floor(clock.now() / MINUTE)
    if (current !== minute) {
      const left = Math.max(0, unknown - UNKNOWN_PER_MINUTE)
      minute = current
      unknown = 1
      return { left }
    }
    unknown += 1
    return unknown > UNKNOWN_PER_MINUTE ? undefined : { left: 0 }
  }
  const at = () => new Date(clock.now()).toISOString()

  return {
    async begin(action) {
      const id = newId()
      await append(beginning(id, at(), shortened(action)))
      return (status, fields) => append(ending(id, status, fields))
    },
    async refused(action, status) {
      const found = admitted(action)
      if (!found) return
      const fields: TrailFields = found.left > 0 ? { leftOut: found.left } : {}
      await append({ ...beginning(newId(), at(), shortened(action)), status, fields })
    },
    async read(filter) {
      const answer = await within(DEADLINE, schedule, async () => {
        await last
        return collect(linesOf(path, keep), filter)
      })
      if (answer.kind === 'answered') return answer.value
      throw new TrailUnusable('the trail cannot be read', answer.kind === 'failed' ? { cause: answer.cause } : {})
    },
    async close() {
      await within(DEADLINE, schedule, () => last)
      await file?.close()
      file = undefined
    },
  }
}

function shortened(action: TrailAction): TrailAction {
  const parameters = Object.entries(action.parameters).map(([name, value]) => [name, value.slice(0, MOST_CHARACTERS)])
  return { ...action, parameters: Object.fromEntries(parameters) }
}

async function endsInNewline(file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === 0x0a
}

async function renameIfThere(from: string, to: string): Promise<void> {
  if (await exists(from)) await rename(from, to)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}

/** All lines, the oldest first. */
async function* linesOf(path: string, keep: number): AsyncGenerator<string> {
  for (let n = keep; n >= 0; n--) {
    const name = n === 0 ? path : `${path}.${n}`
    if (await exists(name))
      yield* createInterface({ input: createReadStream(name), crlfDelay: Number.POSITIVE_INFINITY })
  }
}
