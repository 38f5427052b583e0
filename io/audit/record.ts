import type { Audit } from '../../core/audit.js'
import type { Identity } from '../../core/identity.js'
import type { AttemptReport, Outcome } from '../../core/outcome.js'
import type { Said } from '../../policies/audit/said.js'
import type { ContentPolicy } from '../../policies/audit/settings.js'

/** What is kept of one request that reached Tollgate, refused ones included. */
export interface AuditRecord {
  readonly kind: 'request'
  /** When it arrived: ISO 8601, UTC, milliseconds. */
  readonly at: string
  readonly request: string
  readonly path: string
  /** Who called; absent where nobody could tell. */
  readonly caller?: Omit<Identity, 'grant'>
  /** The configured model that was asked for; absent where the request named none. */
  readonly model?: string
  readonly stream?: boolean
  readonly how: Outcome['how']
  readonly status: number
  readonly code?: string
  /** The name of the rule that refused it. */
  readonly rule?: string
  /** Names of the targets that it might have gone to, best first. */
  readonly chain: readonly string[]
  readonly attempts: readonly AttemptRecord[]
  /** Targets that could not even be asked, and why. */
  readonly unasked?: readonly { readonly target: string; readonly code: string }[]
  readonly guards: readonly GuardRecord[]
  /** How it was classified. */
  readonly label?: string
  readonly policyVersion: string
  /** Integer nano-dollars as text; null where a price is unknown. */
  readonly nano: string | null
  readonly dropped?: readonly string[]
  /** Milliseconds. */
  readonly durationMs: number
  readonly firstTokenMs?: number
  readonly overheadMs: number
  /** The rule of the section `audit` that it was kept by. */
  readonly auditRule: string
  /** What that rule says of content. */
  readonly content: ContentPolicy
  /** Why there is none of it all the same. */
  readonly contentLost?: 'redaction failed' | 'too much was waiting'
  readonly prompt?: readonly Said[]
  readonly answer?: readonly Said[]
}

/** One call to one target. */
export interface AttemptRecord {
  /** `provider/model`; and the provider by itself. */
  readonly target: string
  readonly provider: string
  /** The name of the provider's key that it was asked with. */
  readonly credential?: string
  readonly outcome: AttemptReport['outcome']
  readonly status?: number
  readonly code?: string
  readonly upstreamId?: string
  readonly usage: AttemptReport['usage']
  readonly usageSource: AttemptReport['usageSource']
  readonly nano: string | null
  readonly finish?: string
  readonly firstTokenMs?: number
  readonly durationMs: number
}

/** The verdict of one guard, the filter of personal data among them. */
export type GuardRecord = Omit<Audit, 'label' | 'request' | 'answer'> & {
  /** How many values were found, by entity. */
  readonly request?: Readonly<Record<string, number>>
  readonly answer?: Readonly<Record<string, number>>
}

/** What decides how a record is kept. */
export interface Keeping {
  readonly auditRule: string
  readonly content: ContentPolicy
  readonly model?: string | undefined
}

/** The record of a request without what was said; `endedAt` is in milliseconds since the epoch. */
export function recordOf(outcome: Outcome, { model, auditRule, content }: Keeping, endedAt: number): AuditRecord {
  const { identity, error, attempts, dropped, label, cost, firstTokenMs } = outcome
  const unasked = unaskedOf(outcome)
  return {
    kind: 'request',
    at: new Date(endedAt - outcome.durationMs).toISOString(),
    request: outcome.id,
    path: outcome.path,
    ...(identity && { caller: callerOf(identity) }),
    ...(model !== undefined && { model }),
    ...(outcome.request && { stream: outcome.request.stream }),
    how: outcome.how,
    status: outcome.status,
    ...(error && { code: error.code }),
    ...(error?.rule !== undefined && { rule: error.rule }),
    chain: outcome.chain,
    attempts: attempts.map(attemptOf),
    ...(unasked.length > 0 && { unasked }),
    guards: outcome.audits.filter((audit) => audit.label === undefined).map(guardOf),
    ...(label !== undefined && { label }),
    policyVersion: outcome.policyVersion,
    nano: cost === undefined ? null : String(cost),
    ...(dropped.length > 0 && { dropped }),
    durationMs: rounded(outcome.durationMs),
    ...(firstTokenMs !== undefined && { firstTokenMs: rounded(firstTokenMs) }),
    overheadMs: rounded(outcome.overheadMs),
    auditRule,
    content,
  }
}

function callerOf({ grant: _, ...identity }: Identity): Omit<Identity, 'grant'> {
  return identity
}

function attemptOf(report: AttemptReport): AttemptRecord {
  const { target, outcome, error, status, upstreamId, credential, usage, usageSource, cost, finish } = report
  return {
    target: target.name,
    provider: target.upstream.name,
    ...(credential !== undefined && { credential }),
    outcome,
    ...(status !== undefined && { status }),
    ...(error && { code: error.code }),
    ...(upstreamId !== undefined && { upstreamId }),
    usage,
    usageSource,
    nano: cost === undefined ? null : String(cost),
    ...(finish !== undefined && { finish }),
    ...(report.firstTokenMs !== undefined && { firstTokenMs: rounded(report.firstTokenMs) }),
    durationMs: rounded(report.durationMs),
  }
}

/** Failures of targets that have no attempt: those come in the order of the attempts, which never failed twice. */
function unaskedOf({ failures, attempts }: Outcome): readonly { readonly target: string; readonly code: string }[] {
  const failed = attempts.flatMap(({ error }) => error ?? [])
  return failures.flatMap(({ target, error }) =>
    failed.includes(error) ? [] : [{ target: target.name, code: error.code }],
  )
}

function guardOf({ label: _, request, answer, ms, ...audit }: Audit): GuardRecord {
  return {
    ...audit,
    ...(Object.keys(request).length > 0 && { request }),
    ...(Object.keys(answer).length > 0 && { answer }),
    ms: rounded(ms),
  }
}

const rounded = (ms: number) => Math.round(ms * 100) / 100
