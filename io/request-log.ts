import { pino } from 'pino'
import type { Audit } from '../core/audit.js'
import { formatUsd } from '../core/money.js'
import type { AttemptReport, Observer } from '../core/outcome.js'

/** Where events of the process go; fields are plain values, never content or secrets. */
export interface Log extends Observer {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Writes out what is buffered, and takes nothing more. */
  close(): Promise<void>
}

/** How many lines are written at once, and how long one may wait in memory, in milliseconds. */
const BATCH_LINES = 64
const FLUSH_MS = 250

/** Pino's number for the level. */
const INFO = 30

/**
 * JSON lines on standard output, or into `file`: one per request with ids, target, attempts, status, tokens, cost and timings,
 * and one per event of the process. Costs are decimal dollars as text, exact to the nano-dollar; `null` is unknown.
 */
export function createLog(file?: string): Log {
  const destination = pino.destination({ dest: file ?? 1, sync: false })
  const batch = batched((text) => destination.write(text))
  const logger = pino({ base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, batch)
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    close: () =>
      new Promise((resolve) => {
        batch.close()
        destination.once('close', () => resolve())
        destination.end()
      }),
    ended(outcome) {
      const { id, path, how, status, error, request, prompt, attempts, cost, dropped } = outcome
      const line = {
        level: INFO,
        time: new Date().toISOString(),
        request: id,
        path,
        how,
        status,
        code: error?.code,
        key: outcome.identity?.key,
        rule: error?.rule,
        // What was asked for is the client's own text until a configured model has answered to it.
        model: attempts.length > 0 ? request?.model : undefined,
        stream: request?.stream,
        target: attempts.at(-1)?.target.name,
        promptTokensCounted: prompt?.tokens,
        webSearches: webSearchesOf(attempts),
        costUsd: cost === undefined ? null : formatUsd(cost),
        dropped: dropped.length > 0 ? dropped : undefined,
        guards: outcome.audits.length > 0 ? outcome.audits.map(auditFields) : undefined,
        durationMs: rounded(outcome.durationMs),
        firstTokenMs: rounded(outcome.firstTokenMs),
        overheadMs: rounded(outcome.overheadMs),
        attempts: attempts.map(attemptFields),
        msg: 'request',
      }
      // As pino would write it, for half of the time; and flat text, while pino's is a rope of many pieces until it is flushed.
      batch.write(`${JSON.stringify(line)}\n`)
      if (error?.code === 'internal_error') {
        logger.error({ request: id, ...errorFields(error.cause) }, 'a request failed within Tollgate')
      }
    },
  }
}

/** Gathers lines; handing each of them on by itself costs as much as writing them. */
function batched(write: (text: string) => void) {
  let lines: string[] = []
  const flush = () => {
    if (lines.length > 0) write(lines.join(''))
    lines = []
  }
  const timer = setInterval(flush, FLUSH_MS)
  timer.unref()
  return {
    write(line: string) {
      lines.push(line)
      if (lines.length >= BATCH_LINES) flush()
    },
    close() {
      clearInterval(timer)
      flush()
    },
  }
}

function attemptFields(attempt: AttemptReport) {
  const { target, outcome, error, status, usage, usageSource, cost, finish } = attempt
  return {
    target: target.name,
    outcome,
    code: error?.code,
    status,
    upstreamId: attempt.upstreamId,
    credential: attempt.credential,
    usage,
    usageSource,
    costUsd: cost === undefined ? null : formatUsd(cost),
    finish,
    firstTokenMs: rounded(attempt.firstTokenMs),
    durationMs: rounded(attempt.durationMs),
  }
}

/** What of the request was read, and what was found; by entity only where there was something. */
function auditFields({ request, answer, ms, ...audit }: Audit) {
  const some = (found: Audit['request']) => (Object.keys(found).length > 0 ? found : undefined)
  return { ...audit, request: some(request), answer: some(answer), ms: rounded(ms) }
}

/** Searches of the web over all attempts; undefined when there were none. */
function webSearchesOf(attempts: readonly AttemptReport[]): number | undefined {
  let searches = 0
  for (const { usage } of attempts) searches += usage.webSearches ?? 0
  return searches === 0 ? undefined : searches
}

const rounded = (ms: number | undefined) => (ms === undefined ? undefined : Math.round(ms * 100) / 100)

/** What may be logged of an error: its name and stack, without the message, which may quote a request. */
export function errorFields(error: unknown): { readonly error: string; readonly at?: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error }
  const { name, message, stack = '' } = error
  const after = stack.slice(stack.indexOf(message) + message.length)
  return { error: name, at: after.split('\n').flatMap((line) => /^ {4}at (.+)/.exec(line)?.[1] ?? []) }
}
