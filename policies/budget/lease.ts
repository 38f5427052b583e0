import type { Clock } from '../../core/clock.js'
import type { Meter } from '../../core/meter.js'
import type { AttemptReport, LeaseAmounts, Outcome } from '../../core/outcome.js'
import type { Passage, Progress, Watch } from '../../core/policy.js'
import type { Target } from '../../core/settings.js'
import { type RuleClaim, settledAmounts } from './claims.js'
import { type EarlierAttempts, earlierAttempts } from './earlier-attempts.js'
import type { BucketState, Ledger } from './ledger.js'
import type { Renewals } from './renewals.js'
import { type Searching, usedBy, webSearchesAt } from './reservation.js'
import { stateHeaders } from './response-headers.js'
import type { Rule } from './rules.js'

/** How long a lease lives without news, in milliseconds; it is renewed three times as often. */
export const LEASE_TTL = 60_000

/** Tokens before a reservation's end at which more is asked for, so that the stream need not wait for it. */
const AHEAD = 512

/** Tokens that may pass between two looks at a stream: what pass-through reads in one go. */
const LUMP = 64

/** One UTF-16 unit is at most three bytes, and a token at least one. */
const TOKENS_PER_UNIT = 3

export interface OpenLease {
  readonly id: string
  readonly claims: readonly RuleClaim[]
  readonly states: readonly BucketState[]
  /** Output tokens reserved, over all choices; undefined when the provider has been told a cap, and cannot exceed it. */
  readonly openEnd: { readonly tokens: number; readonly step: number } | undefined
  readonly promptTokens: number
  readonly searching: Searching
}

export interface LeaseTools {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly worstCost: Meter['worstCost']
  readonly countText: Meter['countText']
  readonly renewals: Renewals
  /** Another attempt was refused. */
  exhausted(rule: Rule, what: 'refused' | 'alert'): void
  /** The ledger could not be told; what that leads to is the ledger's own matter. */
  failed(error: unknown): void
}

/** The response half of a reservation: keeps it alive, extends it while a stream runs, and settles it once. */
export function watchLease(lease: OpenLease, tools: LeaseTools): Watch {
  return new LeaseWatch(lease, tools)
}

class LeaseWatch implements Watch {
  readonly progress: Watch['progress']
  private readonly lease: OpenLease
  private readonly tools: LeaseTools
  private earlier: EarlierAttempts | undefined = undefined
  private wasAsked = false
  private target: Target | undefined = undefined
  private allowance: number
  private extension: 'possible' | 'refused' | 'refused again' = 'possible'
  /** What the reservation holds of each claim, extensions included. */
  private setAside: readonly number[]
  /** Output tokens that come out of the reservation: of the text that was counted, and what earlier attempts owe. */
  private counted = 0
  private countedUnits = 0
  private seenUnits = 0
  private readonly stopRenewing: () => void
  private readonly stops: boolean

  constructor(lease: OpenLease, tools: LeaseTools) {
    const { claims, openEnd } = lease
    this.lease = lease
    this.tools = tools
    this.allowance = openEnd?.tokens ?? Number.POSITIVE_INFINITY
    this.setAside = claims.map(({ claim }) => claim.amount)
    this.stopRenewing = tools.renewals.add(() => this.renew())
    this.stops = claims.some(({ rule }) => rule.onStreamLimit === 'stop' && rule.onExhausted.kind !== 'alert')
    this.progress = openEnd === undefined ? undefined : this.follow
  }

  asked(next: Target, attempts: readonly AttemptReport[]): void | Promise<void> {
    const { ledger } = this.tools
    const { id, claims } = this.lease
    this.target = next
    // The text of each attempt begins anew.
    this.counted = 0
    this.seenUnits = 0
    this.countedUnits = 0
    if (this.wasAsked) return this.cover(attempts)
    this.wasAsked = true
    void this.quietly(() => ledger.dispatched(id))
    // Without this a lost lease would be charged in full by every rule, and keep its place among the concurrent ones for ever.
    if (claims.some(isReleased)) {
      void this.quietly(() => ledger.renew(id, ifLost(claims, this.setAside), LEASE_TTL))
    }
    return ledger.kept?.()
  }

  headers(): Readonly<Record<string, string>> {
    return stateHeaders(this.lease.claims, this.lease.states)
  }

  holds(): LeaseAmounts {
    return this.inBuckets(this.setAside)
  }

  charges(outcome: Outcome): LeaseAmounts {
    return this.inBuckets(this.used(outcome))
  }

  settle(outcome: Outcome): void | Promise<void> {
    this.stopRenewing()
    return this.quietly(() => this.tools.ledger.settle(this.lease.id, this.used(outcome)))
  }

  private follow(answer: Progress): Passage | Promise<Passage> {
    this.seenUnits = answer.length
    const units = this.seenUnits - this.countedUnits
    if (this.counted + units * TOKENS_PER_UNIT + LUMP + AHEAD <= this.allowance) return 'go'
    const tokens = this.tools.countText(answer.textFrom(this.countedUnits), answer.target)
    this.countedUnits = answer.length
    return tokens instanceof Promise ? tokens.then((more) => this.add(more)) : this.add(tokens)
  }

  private add(tokens: number): Passage | Promise<Passage> {
    this.counted += tokens
    return this.judge()
  }

  private judge(): Passage | Promise<Passage> {
    if (this.counted + LUMP + AHEAD <= this.allowance) return 'go'
    const isOver = this.counted + LUMP > this.allowance
    // Others may have freed something since it was refused ahead of need.
    if (this.extension === 'possible' || (this.extension === 'refused' && isOver)) {
      return this.extend(Math.max(1, this.lease.openEnd?.step ?? AHEAD)).then(() => this.judge())
    }
    return isOver && this.stops ? 'stop' : 'go'
  }

  private async extend(step: number): Promise<void> {
    const { tools } = this
    const amounts = this.amountsOf(step)
    try {
      const { kind } = await tools.ledger.extend(this.lease.id, amounts, LEASE_TTL)
      if (kind === 'extended') {
        this.allowance += step
        this.setAside = sums(this.setAside, amounts)
        this.extension = 'possible'
        return
      }
    } catch (error) {
      tools.failed(error)
    }
    this.extension = this.extension === 'possible' ? 'refused' : 'refused again'
  }

  private cover(attempts: readonly AttemptReport[]): Promise<void> | undefined {
    const { lease, tools } = this
    this.earlier ??= earlierAttempts({ ...tools, ...lease, ttl: LEASE_TTL })
    return this.earlier.cover(attempts)?.then((covered) => {
      switch (covered.kind) {
        case 'held':
          this.setAside = sums(this.setAside, covered.added)
          void this.quietly(() => tools.ledger.renew(lease.id, ifLost(lease.claims, this.soFar()), LEASE_TTL))
          break
        case 'owed':
          this.counted = covered.outputTokens
          break
      }
    })
  }

  private renew(): void | Promise<void> {
    const { id, claims } = this.lease
    // Before a provider is asked a lost lease costs nothing whatever is said here, and one that is asked next has reported enough.
    return this.quietly(() => {
      return this.tools.ledger.renew(id, ifLost(claims, this.wasAsked ? this.soFar() : this.setAside), LEASE_TTL)
    })
  }

  private quietly(work: () => void | Promise<void>): void | Promise<void> {
    try {
      const done = work()
      return done instanceof Promise ? done.catch(this.tools.failed) : done
    } catch (error) {
      this.tools.failed(error)
    }
  }

  /** As far as the stream was read, or all that was set aside where it is not followed. */
  private soFar(): readonly number[] {
    const { lease } = this
    if (lease.openEnd === undefined) return this.setAside
    const read = this.counted + this.seenUnits - this.countedUnits
    const present = this.amountsFor(lease.promptTokens, Math.min(this.allowance, read))
    const before = this.earlier?.held()
    return before ? sums(present, before) : present
  }

  /** What each claim amounts to for so many tokens, at the dearest. */
  private amountsFor(promptTokens: number, completionTokens: number): readonly number[] {
    return settledAmounts(this.lease.claims, {
      usd: this.worst(promptTokens, completionTokens),
      tokens: promptTokens + completionTokens,
      inputTokens: promptTokens,
      outputTokens: completionTokens,
      requests: 1,
    })
  }

  /** What so many more tokens of answer may add; the prompt decides the price tier. */
  private amountsOf(step: number): readonly number[] {
    const { claims, promptTokens } = this.lease
    return settledAmounts(claims, {
      usd: this.worst(promptTokens, step) - this.worst(promptTokens, 0) + 1,
      tokens: step,
      inputTokens: 0,
      outputTokens: step,
      requests: 0,
    })
  }

  private worst(promptTokens: number, completionTokens: number): number {
    const { lease, target, tools } = this
    if (target === undefined) return 0
    const now = tools.clock.now()
    return Number(
      tools.worstCost(promptTokens, completionTokens, target, now, webSearchesAt(lease.searching, target)) ?? 0n,
    )
  }

  private used(outcome: Outcome): readonly number[] {
    const { claims } = this.lease
    if (!this.wasAsked) return claims.map(() => 0)
    const { usd, tokens, inputTokens, outputTokens, unpriced } = usedBy(outcome.attempts)
    const amounts = settledAmounts(claims, { usd, tokens, inputTokens, outputTokens, requests: 1 })
    if (!unpriced) return amounts
    // What it cost is not known; what was set aside for it is.
    return claims.map(({ rule }, index) => (rule.unit === 'usd' ? this.setAside : amounts)[index] ?? 0)
  }

  private inBuckets(amounts: readonly number[]): LeaseAmounts {
    const { id, claims } = this.lease
    return { lease: id, amounts: claims.map(({ claim }, index) => [claim.bucket.key, amounts[index] ?? 0]) }
  }
}

function isReleased({ rule }: RuleClaim): boolean {
  return rule.unit === 'concurrent' || rule.onLost === 'release'
}

/** What a crash is charged of so much: nothing by the rules that then release. */
function ifLost(claims: readonly RuleClaim[], amounts: readonly number[]): readonly number[] {
  return claims.map((claim, index) => (isReleased(claim) ? 0 : (amounts[index] ?? 0)))
}

function sums(amounts: readonly number[], more: readonly number[]): readonly number[] {
  return amounts.map((amount, index) => amount + (more[index] ?? 0))
}
