import type { ChatRequest, Usage } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import type { Identity } from '../../../core/identity.js'
import type { AttemptReport, Outcome } from '../../../core/outcome.js'
import type { Call, Progress, Verdict, Watch } from '../../../core/policy.js'
import type { Target } from '../../../core/settings.js'
import { createMemoryLedger, type MemoryLedger } from '../../../io/ledger/memory-ledger.js'
import type { BucketState, Ledger } from '../../../policies/budget/ledger.js'
import type { Dimension, Match, Rule } from '../../../policies/budget/rules.js'
import { spending } from '../../../policies/budget/spending.js'
import { ruleOf as aRule } from '../../support/buckets.js'
import { chatRequestOf } from '../../support/chat-request.js'
import { contentOf, target } from '../fakes.js'

export const NOON = Date.parse('2024-05-15T12:00Z')
const DAILY = { kind: 'calendar', unit: 'day', timeZone: 'UTC' } as const
export const MINUTE = { kind: 'rolling', length: 60_000, slices: 6 } as const

/** Nano-dollars per token of prompt and answer and per search, by the target's name; others have no price. */
const PRICES: Readonly<Record<string, readonly [bigint, bigint, bigint?]>> = {
  dear: [10n, 100n, 5000n],
  cheap: [1n, 2n],
}

export function ruleOf(members: Partial<Rule> = {}): Rule {
  return aRule({ name: 'r', unit: 'tokens', limit: 1000, period: DAILY, assumeOutput: 100, ...members })
}

export const only = (dimension: Dimension, ...values: readonly string[]): Match =>
  new Map([[dimension, { kind: 'in', values }]])

export interface WorldOptions {
  readonly models?: Readonly<Record<string, readonly Target[]>>
  /** Tokens of every prompt. */
  readonly prompt?: number
  /** What the policy sees in place of the memory ledger. */
  readonly ledger?: (memory: MemoryLedger) => Ledger
  /** One token per UTF-16 unit where it is not said. */
  readonly countText?: (text: string) => number | Promise<number>
  /** Prompts are counted in slices. */
  readonly promptTakes?: 'time'
}

/** The policy with a memory ledger, on a clock that only waiting and `pass` turn. */
export function worldOf(
  rules: readonly Rule[],
  { models = {}, prompt = 10, ledger, countText, promptTakes }: WorldOptions = {},
) {
  let now = NOON
  let lastId = 0
  const clock = { now: () => now, monotonic: () => now - NOON }
  const memory = createMemoryLedger({ clock })
  const waits: number[] = []
  const exhausted: string[] = []
  const failures: unknown[] = []
  const renewing = new Set<() => void | Promise<void>>()
  const client = new AbortController()
  const due = new Set<{ readonly at: number; readonly work: () => void }>()

  const untilDue = () => [...due].map(({ at }) => Math.max(0, at - now))

  const world = {
    clock,
    memory,
    /** How long the policy waited, each time. */
    waits,
    /** What the hook was told, as `rule what`. */
    exhausted,
    failures,
    policy: spending({
      rules,
      ledger: ledger ? ledger(memory) : memory,
      clock,
      worstCost(promptTokens, completionTokens, { name }, _now, webSearches = 0) {
        const [input, output, search] = PRICES[name] ?? []
        if (input === undefined || output === undefined) return undefined
        if (webSearches > 0 && search === undefined) return undefined
        return BigInt(promptTokens) * input + BigInt(completionTokens) * output + BigInt(webSearches) * (search ?? 0n)
      },
      countText: countText ?? ((text) => text.length),
      newId: () => `lease-${++lastId}`,
      wait: async (ms, signal) => {
        waits.push(ms)
        for (const end = now + ms; now < end && !signal.aborted; ) world.pass(Math.min(...untilDue(), end - now))
      },
      renewals: {
        add(renew) {
          renewing.add(renew)
          return () => renewing.delete(renew)
        },
      },
      exhausted: (rule, what) => exhausted.push(`${rule.name} ${what}`),
      failed: (error) => failures.push(error),
    }),
    pass(ms: number) {
      now += ms
      for (const one of [...due]) {
        if (one.at > now) continue
        due.delete(one)
        one.work()
      }
    },
    /** Does something when so much time has passed. */
    after(ms: number, work: () => void) {
      due.add({ at: now + ms, work })
    },
    /** The client of every request hangs up. */
    leave: () => client.abort(),
    async renew() {
      for (const renew of renewing) await renew()
    },
    open: () => renewing.size,
    async ask(request: Partial<ChatRequest> = {}, identity: Partial<Identity> = {}, chain = [target('dear')]) {
      const count = { tokens: prompt, upperBound: prompt, exact: true }
      const call: Call = {
        id: 'r',
        identity: { tags: {}, ...identity },
        targets: chain,
        targetsOf: (model) => models[model],
        receivedAt: now,
        content: contentOf({}),
        notes: { found: {}, hits: [] },
        countPrompt: () => (promptTakes ? Promise.resolve(count) : count),
        promptCeiling: () => prompt,
        signal: () => client.signal,
      }
      return world.policy.admit(chatRequestOf({ maxOutputTokens: 100, ...request }), call)
    },
    /** Committed and reserved of every bucket that holds something, by budget; several of one are joined in the order of their keys. */
    held(): Readonly<Record<string, string>> {
      const held: Record<string, string> = {}
      const states = [...memory.list()].sort((a, b) => (a.bucket.key < b.bucket.key ? -1 : 1))
      for (const { bucket, committed, reserved } of states) {
        const before = held[bucket.budget]
        held[bucket.budget] = `${before === undefined ? '' : `${before}, `}${committed}+${reserved}`
      }
      return held
    },
    states: (): readonly BucketState[] => memory.list(),
  }
  return world
}

export type Admitted = Extract<Verdict, { kind: 'continue' }> & { readonly watch: Watch }

/** The verdict of a request that was admitted and reserved for. */
export function admitted(verdict: Verdict): Admitted {
  if (verdict.kind === 'refuse') throw verdict.error
  if (verdict.kind !== 'continue' || !verdict.watch) throw new Error(`not admitted: ${verdict.kind}`)
  return { ...verdict, watch: verdict.watch }
}

/** The error of a request that was refused. */
export function refused(verdict: Verdict) {
  if (verdict.kind !== 'refuse') throw new Error(`not refused: ${verdict.kind}`)
  return verdict.error
}

/** An attempt that served, priced as `dear` is, with what members say. */
export function attemptOf(usage: Usage, members: Partial<AttemptReport> = {}): AttemptReport {
  const cost = 10n * BigInt(usage.prompt ?? 0) + 100n * BigInt(usage.completion ?? 0)
  return {
    target: target('dear'),
    outcome: 'served',
    usage,
    usageSource: 'provider',
    cost,
    durationMs: 0,
    ...members,
  }
}

export function outcomeOf(attempts: readonly AttemptReport[], how: Outcome['how'] = 'complete'): Outcome {
  return {
    id: 'r',
    path: '/v1/chat/completions',
    policyVersion: 'v1',
    chain: [],
    how,
    status: 200,
    attempts,
    failures: [],
    dropped: [],
    audits: [],
    durationMs: 0,
    overheadMs: 0,
  }
}

/** A stream of `a`s, each a token, that has come so far. */
export function progressOf(length: number, at = target('dear')): Progress {
  return { target: at, length, textFrom: (position) => 'a'.repeat(length - position) }
}

/**
 * Asks one provider after the other, each billed for such usage and all but the last failed, as far as the watches let it;
 * then settles. Returns the attempts that were made.
 */
export async function fallOver({ watch }: Admitted, usages: readonly Usage[]): Promise<readonly AttemptReport[]> {
  const made: AttemptReport[] = []
  try {
    for (const [index, usage] of usages.entries()) {
      await watch.asked?.(target('dear'), [...made])
      made.push(attemptOf(usage, { outcome: index === usages.length - 1 ? 'served' : 'failed' }))
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
  }
  await watch.settle?.(outcomeOf(made, made.length === usages.length ? 'complete' : 'refused'))
  return made
}

/** Serves an admitted request with such usage. */
export async function serve({ watch, targets }: Admitted, usage: Usage): Promise<void> {
  const [first = target('dear')] = targets ?? []
  watch.asked?.(first, [])
  await watch.settle?.(outcomeOf([attemptOf(usage)]))
}
