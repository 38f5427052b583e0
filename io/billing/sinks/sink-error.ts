/** A sink has not done what it was asked. Its message holds no content, no address with a password and no key, and may be logged. */
export class SinkError extends Error {
  override readonly name = 'SinkError'
}

/** Why something failed, in words that may be shown: of errors that are not a sink's own only what they are called. */
export function reasonFor(error: unknown): string {
  if (error instanceof SinkError) return error.message
  if (!(error instanceof Error)) return 'it failed'
  const code: unknown = Reflect.get(error, 'code')
  const known = typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code)
  return known ? code : error.name
}
