import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SegmentFile, segmentsIn } from './segment.js'

/**
 * How somebody else may rewrite what a process has written while that goes on: the file `roll-WRITER-ID` asks the writer of that name to
 * close what it has, and `closed-WRITER-ID` answers with the last number of a closed segment. From then on all but newer ones is at rest.
 */

const MEMBER = /^writer-([a-z0-9]{1,32})$/
const REQUEST = /^roll-([a-z0-9]{1,32})-([A-Za-z0-9-]{1,64})$/

/** The file that says which process a writer is, for as long as it writes. */
export const memberFile = (writer: string) => `writer-${writer}`
const requestFile = (writer: string, id: string) => `roll-${writer}-${id}`
export const closedFile = (writer: string, id: string) => `closed-${writer}-${id}`

/** The ids of requests to a writer, among the names of its directory, that it has not answered. */
export function requestsIn(names: readonly string[], writer: string): readonly string[] {
  const known = new Set(names)
  return names.flatMap((name) => {
    const [, to, id = ''] = REQUEST.exec(name) ?? []
    return to === writer && !known.has(closedFile(writer, id)) ? [id] : []
  })
}

/** A process that writes has not closed what it had open. */
export class StillOpen extends Error {
  override readonly name = 'StillOpen'
}

export interface RollOptions {
  newId(): string
  /** Whether the process is there that has written this into its member file. */
  isWriting(member: string): boolean
  /** Rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<unknown>
}

const POLL_MS = 50

/**
 * Has all processes that write in a directory close their segments, and resolves with those that are at rest: all that there were when it
 * was asked. Rejects with `StillOpen` when one has not answered by the time that the signal aborts.
 */
export async function segmentsAtRest(
  directory: string,
  options: RollOptions,
  signal: AbortSignal,
): Promise<readonly SegmentFile[]> {
  // A process that begins after this has a name that is not among them, or closes what it has.
  const before = new Set((await segmentsIn(directory)).map(({ writer }) => writer))
  const closed = new Map<string, number>()
  for (const name of await readdir(directory).catch(() => [])) {
    const writer = MEMBER.exec(name)?.[1]
    if (writer === undefined) continue
    before.add(writer)
    closed.set(writer, await closedBy(directory, writer, options, signal))
  }
  const now = await segmentsIn(directory)
  return now.filter(({ writer, number }) => before.has(writer) && number <= (closed.get(writer) ?? number))
}

/** The last number that a writer has closed; infinite where it is gone. */
async function closedBy(
  directory: string,
  writer: string,
  { newId, isWriting, wait }: RollOptions,
  signal: AbortSignal,
): Promise<number> {
  const id = newId()
  const request = join(directory, requestFile(writer, id))
  const answer = join(directory, closedFile(writer, id))
  const isThere = async () => {
    const member = await readFile(join(directory, memberFile(writer)), 'utf8').catch(() => undefined)
    return member !== undefined && isWriting(member)
  }
  if (!(await isThere())) return Number.POSITIVE_INFINITY
  await writeFile(request, '', { mode: 0o600 })
  try {
    for (;;) {
      const closed = await readFile(answer, 'utf8').catch(() => undefined)
      if (closed !== undefined) return closedIn(closed)
      if (!(await isThere())) return Number.POSITIVE_INFINITY
      await wait(POLL_MS, signal).catch(() => {})
      if (signal.aborted) throw new StillOpen('A process that writes records did not close its files in time.')
    }
  } finally {
    await rm(request, { force: true })
    await rm(answer, { force: true })
  }
}

/** Removes what processes have left that are gone. */
export async function removeGone(directory: string, { isWriting }: Pick<RollOptions, 'isWriting'>): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    if (!MEMBER.test(name)) continue
    const member = await readFile(join(directory, name), 'utf8').catch(() => undefined)
    // One that is being written is empty for a moment.
    if (member !== undefined && member !== '' && !isWriting(member)) await rm(join(directory, name), { force: true })
  }
}

function closedIn(text: string): number {
  const value: unknown = JSON.parse(text)
  const closed = typeof value === 'object' && value !== null && 'closed' in value ? value.closed : undefined
  if (typeof closed !== 'number') throw new Error('A writer of records has answered what nobody can read.')
  return closed
}
