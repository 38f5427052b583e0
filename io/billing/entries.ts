import { type Identity, NOBODY } from '../../core/identity.js'
import type { Asked, AttemptReport, LeaseAmounts, Outcome } from '../../core/outcome.js'
import type { AskedEntry, AttemptEntry } from './row.js'

// Members that nobody knows are undefined, which JSON leaves out: with plain literals a row costs a few microseconds less.

/** The row for a provider that is about to be asked. */
export function askedEntry({ id, attempt, target, model, identity, leases }: Asked): AskedEntry {
  const { user, team, organization, key, role, route, tags } = identity
  return {
    kind: 'asked',
    request: id,
    attempt,
    model,
    target: target.name,
    leases,
    user,
    team,
    organization,
    key,
    role,
    route,
    tags: tagged(tags),
  }
}

/** The rows of a request that is over, one per attempt; the last one has what is taken from counters. */
export function attemptEntries(outcome: Outcome, charges: readonly LeaseAmounts[]): readonly AttemptEntry[] {
  const last = outcome.attempts.length - 1
  return outcome.attempts.map((report, index) =>
    attemptEntry(outcome, report, index + 1, index === last ? charges : undefined),
  )
}

function attemptEntry(
  { id, path, request, label, policyVersion, attempts, identity = NOBODY }: Outcome,
  report: AttemptReport,
  attempt: number,
  charges: readonly LeaseAmounts[] | undefined,
): AttemptEntry {
  const { target, cost, firstTokenMs } = report
  const { user, team, organization, key, role, route, tags } = identity
  return {
    kind: 'attempt',
    request: id,
    attempt,
    attempts: attempts.length,
    path,
    model: request?.model ?? '',
    target: target.name,
    provider: target.upstream.name,
    upstreamModel: target.model,
    stream: request?.stream ?? false,
    label,
    outcome: report.outcome,
    status: report.status,
    code: report.error?.code,
    upstreamId: report.upstreamId,
    credential: report.credential,
    usage: report.usage,
    usageSource: report.usageSource,
    nano: cost === undefined ? null : String(cost),
    finish: report.finish,
    firstTokenMs: firstTokenMs === undefined ? undefined : rounded(firstTokenMs),
    durationMs: rounded(report.durationMs),
    policyVersion,
    user,
    team,
    organization,
    key,
    role,
    route,
    tags: tagged(tags),
    charges,
  }
}

/** The row for an attempt of which nobody knows what became, since the process that made it has died. */
export function lostEntry(
  asked: AskedEntry,
  { attempts, charges }: Pick<AttemptEntry, 'attempts' | 'charges'>,
): AttemptEntry {
  const { request, attempt, model, target, user, team, organization, key, role, route, tags } = asked
  const slash = target.indexOf('/')
  return {
    kind: 'attempt',
    request,
    attempt,
    attempts,
    path: '',
    model,
    target,
    provider: target.slice(0, slash),
    upstreamModel: target.slice(slash + 1),
    stream: false,
    outcome: 'lost',
    usage: {},
    usageSource: 'none',
    nano: null,
    durationMs: 0,
    policyVersion: '',
    user,
    team,
    organization,
    key,
    role,
    route,
    tags,
    charges,
  }
}

function tagged(tags: Identity['tags']): Identity['tags'] | undefined {
  for (const _ in tags) return tags
  return undefined
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10
