/** An expected failure of a command: the message is the one line that the user reads, without a stack trace. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

/** A failure that was expected, as a value; anything else goes on as it was. */
export function asFailure(cause: unknown): Failure {
  if (cause instanceof Failure) return cause
  throw cause
}

/** The command line itself is wrong; the command's usage follows the message and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What to say of an error that something else threw. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
