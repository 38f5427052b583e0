import { open, rename, rm } from 'node:fs/promises'
import { readLine } from './line.js'
import { linesOf } from './lines-of.js'
import { isOf, mayBeOf, type Subject } from './subject.js'

/** What a file is called while it is rewritten. */
export const REWRITE = '.rewrite'

/** How much is written at once, in characters. */
const PIECE = 256 * 1024

/**
 * Takes the records of a subject out of a file that nobody writes to any more, and resolves with how many. The file has all of them or
 * none, whatever happens meanwhile; a line that nobody can read goes with them where it has the subject's name in it.
 */
export async function eraseFrom(path: string, subject: Subject, at: string, signal: AbortSignal): Promise<number> {
  let records = 0
  let last = 0
  for await (const text of linesOf(path, signal)) {
    if (isMeant(text, subject)) records++
    last = Math.max(last, numberOf(text))
  }
  if (records === 0) return 0
  const fresh = `${path}${REWRITE}`
  try {
    await rewrite(path, fresh, subject, { mark: JSON.stringify({ kind: 'erased', at, records, last }), signal })
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
  return records
}

async function rewrite(
  path: string,
  fresh: string,
  subject: Subject,
  { mark, signal }: { readonly mark: string; readonly signal: AbortSignal },
): Promise<void> {
  const file = await open(fresh, 'w', 0o600)
  try {
    let piece = ''
    for await (const text of linesOf(path, signal)) {
      if (isMeant(text, subject)) continue
      piece += `${text}\n`
      if (piece.length < PIECE) continue
      await file.appendFile(piece)
      piece = ''
    }
    await file.appendFile(`${piece}${mark}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The number at the beginning of a line, or what an earlier erasure says of the last one. */
function numberOf(text: string): number {
  const line = text.startsWith('{"kind":"erased"') ? readLine(text) : undefined
  if (line?.kind === 'erased') return line.last
  return Number(/^\{"n":(\d+),/.exec(text)?.[1] ?? 0)
}

function isMeant(text: string, subject: Subject): boolean {
  if (!mayBeOf(text, subject)) return false
  const line = readLine(text)
  return line === undefined || (line.kind === 'request' && isOf(line, subject))
}
