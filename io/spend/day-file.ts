import { readFile } from 'node:fs/promises'
import { openLineFile } from '../line-file.js'
import { addAll, addTo, type Sums } from './sums.js'

/**
 * The sums of one day, as lines of JSON: each holds what one batch of rows of one source added, or, after a compaction, everything
 * before it. A line counts once it is there with its end; what a crash left of another is cut off.
 */
export interface DayFile {
  /** The `seq` of the last row of a source that is in it. */
  position(source: string): number
  /** Adds sums of rows of a source up to `seq`, and resolves once they are on the disk. */
  add(source: string, seq: number, sums: Sums): Promise<void>
  sums(): Promise<Sums>
  close(): Promise<void>
}

/** `[positions, [[hour, [[place, ...amounts as text], ...]], ...]]` */
type Line = readonly [
  positions: Readonly<Record<string, number>>,
  hours: readonly (readonly [
    hour: number,
    cells: readonly (readonly [place: string, ...amounts: readonly string[]])[],
  ])[],
]

/** Opens the file at `path`, which it makes where there is none. Rejects with what the file system says, or when a line in it is none. */
export async function openDayFile(path: string): Promise<DayFile> {
  const { lines, length } = completeLines(await readOrEmpty(path))
  const positions = new Map<string, number>()
  for (const line of lines) learn(positions, line)
  const file = await openLineFile(path, length)
  const shrink = async () => {
    const sums = sumsOfLines(completeLines(await readOrEmpty(path)).lines)
    await file.replace([lineOf(positions, sums)])
  }
  // Once somebody has asked: that is the day of now, of which they ask again and again.
  let held: Sums | undefined
  return {
    position: (source) => positions.get(source) ?? 0,
    async add(source, seq, sums) {
      await file.append(lineOf(new Map([[source, seq]]), sums))
      positions.set(source, seq)
      if (held) addAll(held, sums)
      if (file.isLong()) await shrink()
    },
    async sums() {
      held ??= sumsOfLines(completeLines(await readOrEmpty(path)).lines)
      return held
    },
    close: () => file.close(),
  }
}

/** The sums in a file that nobody has open; none where there is no file. */
export async function readDay(path: string): Promise<Sums> {
  return sumsOfLines(completeLines(await readOrEmpty(path)).lines)
}

/** The text of a file; empty where there is none. */
export async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

function completeLines(text: string): { readonly lines: readonly Line[]; readonly length: number } {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const lines = whole
    .split('\n')
    .filter((line) => line !== '')
    // Only `lineOf` has written them; what is no JSON any more throws.
    .map((line): Line => JSON.parse(line))
  return { lines, length: Buffer.byteLength(whole) }
}

function learn(positions: Map<string, number>, [ofLine]: Line): void {
  for (const [source, seq] of Object.entries(ofLine)) positions.set(source, seq)
}

function sumsOfLines(lines: readonly Line[]): Sums {
  const sums: Sums = new Map()
  for (const [, hours] of lines) {
    for (const [hour, cells] of hours) {
      for (const [place, ...amounts] of cells) addTo(sums, hour, place, amounts.map(BigInt))
    }
  }
  return sums
}

function lineOf(positions: ReadonlyMap<string, number>, sums: Sums): string {
  const hours = [...sums].map(([hour, cells]) => [
    hour,
    [...cells].map(([place, amounts]) => [place, ...amounts.map(String)]),
  ])
  return `${JSON.stringify([Object.fromEntries(positions), hours])}\n`
}
