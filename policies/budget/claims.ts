import type { Claim, Window } from './ledger.js'
import { dimensionOf, type Facts, matches, subjectOf } from './match.js'
import { windowAt } from './period.js'
import { ruleIndex } from './rule-index.js'
import type { Period, Rule, Unit } from './rules.js'

/** What one request may use at most, in each unit; requests and concurrent requests are 1. */
export interface Amounts {
  /** Nano-dollars; must give a number when a rule in dollars matches. */
  usd?(rule: Rule): number | undefined
  readonly tokens: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/** What one request has used, in each unit. */
export interface Used {
  readonly usd: number
  readonly tokens: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly requests: number
}

/** A claim and the rule that makes it; a rule with a fair share makes two, its own one first. */
export interface RuleClaim {
  readonly rule: Rule
  readonly claim: Claim
}

/** A rule that counts a request, knowing for whom. */
export interface MatchingRule {
  readonly rule: Rule
  /** Its claims on the buckets that hold `now`, for an amount in its unit. */
  claims(amount: number, now: number): readonly RuleClaim[]
}

/** A list of rules, ready to be asked. */
export interface CompiledRules {
  readonly rules: readonly Rule[]
  /** The rules that count such a request, in their order. */
  matching(facts: Facts): readonly MatchingRule[]
}

/**
 * Works out once what does not depend on the request. `within` says of each rule what its buckets' keys have before the rule's own
 * subject; nothing unless said.
 */
export function compileRules(
  rules: readonly Rule[],
  within: (rule: Rule) => readonly string[] = () => [],
): CompiledRules {
  const keyPart = keyParts()
  const finders = rules.map((rule) => finderOf(rule, within(rule), keyPart))
  const candidates = ruleIndex(rules.map(({ match }) => match))
  return {
    rules,
    matching(facts) {
      const found: MatchingRule[] = []
      for (const position of candidates(facts)) {
        const matching = finders[position]?.(facts)
        if (matching) found.push(matching)
      }
      return found
    },
  }
}

/**
 * Claims of rules that `CompiledRules.matching` has found, in their order. Throws a RangeError when a rule in dollars is among
 * them and no price is: nothing passes a dollar limit uncounted.
 */
export function claimsOf(matching: readonly MatchingRule[], amounts: Amounts, now: number): readonly RuleClaim[] {
  const claims: RuleClaim[] = []
  for (const { rule, claims: make } of matching) {
    for (const claim of make(amountOf(rule, amounts), now)) claims.push(claim)
  }
  return claims
}

/** One amount per claim, as `Ledger.settle` takes them. Of a concurrent request nothing remains. */
export function settledAmounts(claims: readonly RuleClaim[], used: Used): readonly number[] {
  return claims.map(({ rule: { unit } }) => (unit === 'concurrent' ? 0 : used[unit]))
}

function amountOf(rule: Rule, amounts: Amounts): number {
  switch (rule.unit) {
    case 'usd': {
      const usd = amounts.usd?.(rule)
      if (usd === undefined) throw new RangeError(`The limit '${rule.name}' is in dollars and the price is not known.`)
      return usd
    }
    case 'tokens':
    case 'inputTokens':
    case 'outputTokens':
      return amounts[rule.unit]
    case 'requests':
    case 'concurrent':
      return 1
  }
}

function finderOf(rule: Rule, within: readonly string[], keyPart: KeyPart): (facts: Facts) => MatchingRule | undefined {
  const { name, section, match, each, unit, limit, onStoreDown, fairShare } = rule
  const prefix = [`${section}/${keyPart(name)}/${unit}`, ...within.map(keyPart)].join('/')
  const mode = rule.onExhausted.kind === 'alert' ? 'soft' : 'hard'
  const placeAt = places(unit, rule.period)
  const claim = (key: string, window: Window, amount: number, limit: number): RuleClaim => {
    return { rule, claim: { bucket: { key, budget: name, window }, amount, limit, mode, onStoreDown } }
  }

  return (facts) => {
    if (!matches(match, facts)) return undefined
    const subject = subjectOf(each, facts)
    if (!subject) return undefined
    let who = prefix
    for (const part of subject) who += `/${keyPart(part)}`
    if (!fairShare) {
      return {
        rule,
        claims(amount, now) {
          const { window, suffix } = placeAt(now)
          return [claim(who + suffix, window, amount, limit)]
        },
      }
    }
    // Requests that do not say who they are have one share together, lest leaving that out gets them all of it.
    const value = dimensionOf(fairShare.by, facts)
    const share = `/share/${keyPart(fairShare.by)}${value === undefined ? '' : `=${keyPart(value)}`}`
    const most = Math.floor(limit * fairShare.most)
    return {
      rule,
      claims(amount, now) {
        const { window, suffix } = placeAt(now)
        const key = who + suffix
        return [claim(key, window, amount, limit), claim(key + share, window, amount, most)]
      },
    }
  }
}

interface Place {
  readonly window: Window
  /** What the window adds to a bucket's key. */
  readonly suffix: string
}

/** Requests that are open at the same time know no period. */
function places(unit: Unit, period: Period): (now: number) => Place {
  if (unit === 'concurrent' || period.kind !== 'calendar') {
    const place = { window: unit === 'concurrent' ? LIFE : windowAt(period, 0), suffix: '' }
    return () => place
  }
  let place: Place | undefined
  return (now) => {
    const window = windowAt(period, now)
    if (place?.window === window) return place
    const start = window.kind === 'calendar' ? `/${new Date(window.start).toISOString()}` : ''
    place = { window, suffix: start }
    return place
  }
}

const LIFE: Window = { kind: 'life' }

type KeyPart = (value: string) => string

/**
 * Slashes, colons and braces are escaped, so that a value cannot look like another part of the key or a Redis hash tag. The
 * same few values come with every rule and request: they are remembered.
 */
function keyParts(): KeyPart {
  const known = new Map<string, string>()
  return (value) => {
    if (PLAIN.test(value)) return value
    let part = known.get(value)
    if (part === undefined) {
      part = encodeURIComponent(value.replace(LONE_SURROGATE, '\ufffd'))
      if (known.size >= 1000) known.clear()
      known.set(value, part)
    }
    return part
  }
}

const PLAIN = /^[\w.-]*$/
/** `encodeURIComponent` throws on these; JSON can spell them. */
const LONE_SURROGATE = /\p{Surrogate}/gu
