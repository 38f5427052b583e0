import { pino } from 'pino'
import type { Observer } from '../core/outcome.js'
import { isoTimes } from './iso-time.js'
import { lineBatch } from './line-batch.js'
import { requestLine } from './request-line.js'

/** Where events of the process go; fields are plain values, never content or secrets. */
export interface Log extends Observer {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Writes out what is buffered, and takes nothing more. */
  close(): Promise<void>
}

/**
 * JSON lines on standard output, or into `file`: one per request with ids, target, attempts, status, tokens, cost and timings,
 * and one per event of the process. Costs are decimal dollars as text, exact to the nano-dollar; `null` is unknown.
 */
export function createLog(file?: string): Log {
  const destination = pino.destination({ dest: file ?? 1, sync: false })
  const isoTime = isoTimes()
  const batch = lineBatch((text) => destination.write(text))
  const logger = pino({ base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, batch)
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    close: () =>
      new Promise((resolve) => {
        batch.flush()
        destination.once('close', () => resolve())
        destination.end()
      }),
    ended(outcome) {
      // As pino would write it, for a fraction of the time.
      batch.write(requestLine(outcome, isoTime(Date.now())))
      const { id, error } = outcome
      if (error?.code === 'internal_error') {
        logger.error({ request: id, ...errorFields(error.cause) }, 'a request failed within Tollgate')
      }
    },
  }
}

/** What may be logged of an error: its name and stack, without the message, which may quote a request. */
export function errorFields(error: unknown): { readonly error: string; readonly at?: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error }
  const { name, message, stack = '' } = error
  const after = stack.slice(stack.indexOf(message) + message.length)
  return { error: name, at: after.split('\n').flatMap((line) => /^ {4}at (.+)/.exec(line)?.[1] ?? []) }
}
