import { readFileSync } from 'node:fs'

/** A file of the ledger cannot be read, written or locked; the message says which and why. */
export class JournalUnusable extends Error {
  override readonly name = 'JournalUnusable'
}

/** What `action` gives; what it throws becomes `JournalUnusable`, about `subject`. */
export function attempt<T>(subject: string, what: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw unusable(subject, what, cause)
  }
}

export function unusable(subject: string, what: string, cause: unknown): JournalUnusable {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new JournalUnusable(`${subject} ${what}: ${reason}`, { cause })
}

/** The text of a file; undefined where there is none. */
export function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
