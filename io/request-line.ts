import type { Audit } from '../core/audit.js'
import { formatUsd, type NanoUsd } from '../core/money.js'
import type { AttemptReport, Outcome } from '../core/outcome.js'
import { msMember, numberMember, numbersObject, textMember } from './json-text.js'

/** Pino's number for the level of requests. */
const INFO = 30

/**
 * The line for a request that is over, at a time in ISO 8601; with the end of the line. Members that nobody knows are left out, but
 * for costs, which are null.
 */
export function requestLine(outcome: Outcome, at: string): string {
  const { request, error, attempts, dropped, audits, cost } = outcome
  const costs = usdTexts()
  let line = `{"level":${INFO},"time":"${at}"`
  line += textMember('request', outcome.id)
  line += textMember('path', outcome.path)
  line += `,"how":"${outcome.how}"`
  line += numberMember('status', outcome.status)
  line += textMember('code', error?.code)
  line += textMember('key', outcome.identity?.key)
  line += textMember('rule', error?.rule)
  // What was asked for is the client's own text until a configured model has answered to it.
  if (request !== undefined) {
    if (attempts.length > 0) line += textMember('model', request.model)
    line += `,"stream":${request.stream}`
  }
  line += textMember('target', attempts.at(-1)?.target.name)
  line += numberMember('promptTokensCounted', outcome.prompt?.tokens)
  line += numberMember('webSearches', webSearchesOf(attempts))
  line += `,"costUsd":${costs(cost)}`
  if (dropped.length > 0) line += `,"dropped":${JSON.stringify(dropped)}`
  if (audits.length > 0) line += `,"guards":${JSON.stringify(audits.map(auditFields))}`
  line += msMember('durationMs', outcome.durationMs)
  line += msMember('firstTokenMs', outcome.firstTokenMs)
  line += msMember('overheadMs', outcome.overheadMs)
  line += ',"attempts":['
  let comma = ''
  for (const attempt of attempts) {
    line += comma + attemptText(attempt, costs)
    comma = ','
  }
  return `${line}],"msg":"request"}\n`
}

function attemptText(attempt: AttemptReport, costs: (cost: NanoUsd | undefined) => string): string {
  const { target, outcome, error, usage, usageSource, finish } = attempt
  let text = `{${textMember('target', target.name).slice(1)},"outcome":"${outcome}"`
  text += textMember('code', error?.code)
  text += numberMember('status', attempt.status)
  text += textMember('upstreamId', attempt.upstreamId)
  text += textMember('credential', attempt.credential)
  text += `,"usage":${numbersObject({ ...usage })},"usageSource":"${usageSource}","costUsd":${costs(attempt.cost)}`
  text += textMember('finish', finish)
  text += msMember('firstTokenMs', attempt.firstTokenMs)
  text += msMember('durationMs', attempt.durationMs)
  return `${text}}`
}

/** Costs as JSON; most requests have one attempt, which cost what all of it did. */
function usdTexts(): (cost: NanoUsd | undefined) => string {
  let last: NanoUsd | undefined
  let text = 'null'
  return (cost) => {
    if (cost === undefined) return 'null'
    if (cost !== last) text = `"${formatUsd(cost)}"`
    last = cost
    return text
  }
}

/** What of the request was read, and what was found; by entity only where there was something. */
function auditFields(audit: Audit) {
  const some = (found: Audit['request']) => (Object.keys(found).length > 0 ? found : undefined)
  const { request, answer, ms } = audit
  return Object.assign({}, audit, { request: some(request), answer: some(answer), ms: rounded(ms) })
}

/** Searches of the web over all attempts; undefined when there were none. */
function webSearchesOf(attempts: readonly AttemptReport[]): number | undefined {
  let searches = 0
  for (const { usage } of attempts) searches += usage.webSearches ?? 0
  return searches === 0 ? undefined : searches
}

const rounded = (ms: number) => Math.round(ms * 100) / 100
