import type { Clock } from '../../core/clock.js'
import type { Meter } from '../../core/meter.js'
import type { AttemptReport, LeaseAmounts, Outcome } from '../../core/outcome.js'
import type { Passage, Progress, Watch } from '../../core/policy.js'
import type { Target } from '../../core/settings.js'
import { type RuleClaim, settledAmounts } from './claims.js'
import { type EarlierAttempts, earlierAttempts } from './earlier-attempts.js'
import type { BucketState, Ledger } from './ledger.js'
import type { Renewals } from './renewals.js'
import { usedBy } from './reservation.js'
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
  /** The most searches of the web that a target may bill for. */
  searchesAt(target: Target): number
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
  const { ledger, clock } = tools
  const { id, claims } = lease
  let earlier: EarlierAttempts | undefined
  let asked = false
  let target: Target | undefined
  let allowance = lease.openEnd?.tokens ?? Number.POSITIVE_INFINITY
  let extension: 'possible' | 'refused' | 'refused again' = 'possible'
  /** What the reservation holds of each claim, extensions included. */
  let setAside: readonly number[] = claims.map(({ claim }) => claim.amount)
  /** Output tokens that come out of the reservation: of the text that was counted, and what earlier attempts owe. */
  let counted = 0
  let countedUnits = 0
  let seenUnits = 0

  const quietly = (work: () => void | Promise<void>): void | Promise<void> => {
    try {
      const done = work()
      return done instanceof Promise ? done.catch(tools.failed) : done
    } catch (error) {
      tools.failed(error)
    }
  }

  /** What each claim amounts to for so many tokens, at the dearest. */
  const amountsFor = (promptTokens: number, completionTokens: number): readonly number[] =>
    settledAmounts(claims, {
      usd: worst(promptTokens, completionTokens),
      tokens: promptTokens + completionTokens,
      inputTokens: promptTokens,
      outputTokens: completionTokens,
      requests: 1,
    })

  /** What so many more tokens of answer may add; the prompt decides the price tier. */
  const amountsOf = (step: number): readonly number[] =>
    settledAmounts(claims, {
      usd: worst(lease.promptTokens, step) - worst(lease.promptTokens, 0) + 1,
      tokens: step,
      inputTokens: 0,
      outputTokens: step,
      requests: 0,
    })

  const worst = (promptTokens: number, completionTokens: number): number =>
    Number(
      (target && tools.worstCost(promptTokens, completionTokens, target, clock.now(), lease.searchesAt(target))) ?? 0n,
    )

  const isReleased = ({ rule }: RuleClaim) => rule.unit === 'concurrent' || rule.onLost === 'release'

  /** What a crash is charged of so much: nothing by the rules that then release. */
  const ifLost = (amounts: readonly number[]): readonly number[] =>
    claims.map((claim, index) => (isReleased(claim) ? 0 : (amounts[index] ?? 0)))

  /** As far as the stream was read, or all that was set aside where it is not followed. */
  const soFar = (): readonly number[] => {
    if (lease.openEnd === undefined) return setAside
    const present = amountsFor(lease.promptTokens, Math.min(allowance, counted + seenUnits - countedUnits))
    const before = earlier?.held()
    return before ? sums(present, before) : present
  }

  const stopRenewing = tools.renewals.add(() => {
    // Before a provider is asked a lost lease costs nothing whatever is said here, and one that is asked next has reported enough.
    return quietly(() => ledger.renew(id, ifLost(asked ? soFar() : setAside), LEASE_TTL))
  })

  const extend = async (step: number): Promise<void> => {
    const amounts = amountsOf(step)
    try {
      const { kind } = await ledger.extend(id, amounts, LEASE_TTL)
      if (kind === 'extended') {
        allowance += step
        setAside = sums(setAside, amounts)
        extension = 'possible'
        return
      }
    } catch (error) {
      tools.failed(error)
    }
    extension = extension === 'possible' ? 'refused' : 'refused again'
  }

  const cover = (attempts: readonly AttemptReport[]): Promise<void> | undefined => {
    earlier ??= earlierAttempts({ ...tools, ...lease, ttl: LEASE_TTL })
    return earlier.cover(attempts)?.then((covered) => {
      switch (covered.kind) {
        case 'held':
          setAside = sums(setAside, covered.added)
          void quietly(() => ledger.renew(id, ifLost(soFar()), LEASE_TTL))
          break
        case 'owed':
          counted = covered.outputTokens
          break
      }
    })
  }

  const stops = claims.some(({ rule }) => rule.onStreamLimit === 'stop' && rule.onExhausted.kind !== 'alert')

  const judge = (): Passage | Promise<Passage> => {
    if (counted + LUMP + AHEAD <= allowance) return 'go'
    const isOver = counted + LUMP > allowance
    // Others may have freed something since it was refused ahead of need.
    if (extension === 'possible' || (extension === 'refused' && isOver)) {
      return extend(Math.max(1, lease.openEnd?.step ?? AHEAD)).then(judge)
    }
    return isOver && stops ? 'stop' : 'go'
  }

  const progress = (answer: Progress): Passage | Promise<Passage> => {
    seenUnits = answer.length
    const units = seenUnits - countedUnits
    if (counted + units * TOKENS_PER_UNIT + LUMP + AHEAD <= allowance) return 'go'
    const tokens = tools.countText(answer.textFrom(countedUnits), answer.target)
    countedUnits = answer.length
    const add = (more: number) => {
      counted += more
      return judge()
    }
    return tokens instanceof Promise ? tokens.then(add) : add(tokens)
  }

  const used = (outcome: Outcome): readonly number[] => {
    if (!asked) return claims.map(() => 0)
    const { usd, tokens, inputTokens, outputTokens, unpriced } = usedBy(outcome.attempts)
    const amounts = settledAmounts(claims, { usd, tokens, inputTokens, outputTokens, requests: 1 })
    if (!unpriced) return amounts
    // What it cost is not known; what was set aside for it is.
    return claims.map(({ rule }, index) => (rule.unit === 'usd' ? setAside : amounts)[index] ?? 0)
  }

  const inBuckets = (amounts: readonly number[]): LeaseAmounts => ({
    lease: id,
    amounts: claims.map(({ claim }, index) => [claim.bucket.key, amounts[index] ?? 0]),
  })

  return {
    asked(next, attempts): void | Promise<void> {
      target = next
      // The text of each attempt begins anew.
      counted = 0
      seenUnits = 0
      countedUnits = 0
      if (asked) return cover(attempts)
      asked = true
      void quietly(() => ledger.dispatched(id))
      // Without this a lost lease would be charged in full by every rule, and keep its place among the concurrent ones for ever.
      if (claims.some(isReleased)) void quietly(() => ledger.renew(id, ifLost(setAside), LEASE_TTL))
      return ledger.kept?.()
    },
    headers: () => stateHeaders(claims, lease.states),
    holds: () => inBuckets(setAside),
    charges: (outcome) => inBuckets(used(outcome)),
    ...(lease.openEnd === undefined ? {} : { progress }),
    settle(outcome) {
      stopRenewing()
      return quietly(() => ledger.settle(id, used(outcome)))
    },
  }
}

function sums(amounts: readonly number[], more: readonly number[]): readonly number[] {
  return amounts.map((amount, index) => amount + (more[index] ?? 0))
}
