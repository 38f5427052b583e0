import { GatewayError } from './errors.js'
import type { Failure } from './failure.js'
import { type KeyNews, type KeyPool, newsOf, type TakenKey } from './key-pool.js'
import type { AttemptReport } from './outcome.js'
import type { Target } from './settings.js'

/** The keys of pools that the attempts of one exchange are made with. */
export interface ExchangeKeys {
  /**
   * Sets a key aside for each target whose provider has a pool, so that none is without one when its turn comes: gateways cannot pass
   * over a target then. Returns the targets that have what they need; throws why there is none.
   */
  reserve(targets: readonly Target[]): readonly Target[]
  /** The key for an attempt at the target; undefined where its provider has no pool. Throws why there is none. */
  take(target: Target): TakenKey | undefined
  /** How the attempt with this key has failed. Where the key was the trouble, another one is set aside to ask the target with. */
  failed(key: TakenKey | undefined, failure: Failure, after: 'may be asked again' | 'is left'): void
  /** Whether a key is set aside for the target. */
  hasAside(target: Target): boolean
  /** The attempt with this key has an answer. */
  served(key: TakenKey | undefined): void
  /** Nobody was asked with it. */
  giveBack(key: TakenKey | undefined): void
  /** The exchange is over: every key is told what its attempt used, as far as that is known. */
  settle(reports: readonly AttemptReport[]): void
}

interface Use {
  readonly target: Target
  readonly key: TakenKey
  readonly news?: KeyNews
}

/** Nothing is taken before it is asked for. */
export function exchangeKeys(): ExchangeKeys {
  let uses: readonly Use[] = []
  const asides = new Map<Target, TakenKey>()

  const namesAt = (target: Target) => uses.filter((use) => use.target === target).map(({ key }) => key.name)

  const hear = (key: TakenKey, news: KeyNews) => {
    key.heard(news)
    uses = uses.map((use) => (use.key === key ? { ...use, news } : use))
  }

  const leaveAside = () => {
    for (const key of asides.values()) key.giveBack()
    asides.clear()
  }

  /** A refusal that every key tried at a target was given may speak of the request; where one of them served it, it does not. */
  const clearForbidden = () => {
    for (const { target, key } of uses) {
      const same = uses.filter((use) => use.target === target)
      if (same.length > 1 && same.every(({ news }) => news?.kind === 'refused' && news.as === 'forbidden'))
        key.cleared()
    }
  }

  /** Another one where the one set aside has come to rest, as long as there is another. */
  const keyFor = (target: Target, pool: KeyPool): TakenKey | undefined => {
    const set = asides.get(target)
    asides.delete(target)
    if (set && !set.rests()) return set
    const other = pool.take(namesAt(target))
    if (set && other) set.giveBack()
    return other ?? set
  }

  return {
    reserve(targets) {
      let refusal: GatewayError | undefined
      const able = targets.filter((target) => {
        const { pool } = target.upstream.credentials
        const key = pool?.take([])
        if (key) asides.set(target, key)
        else refusal ??= pool?.refusal()
        return key !== undefined || pool === undefined
      })
      if (able.length === 0 && targets.length > 0) throw refusal ?? noOther()
      return able
    },
    take(target) {
      const { pool } = target.upstream.credentials
      if (!pool) return undefined
      const key = keyFor(target, pool)
      if (!key) throw pool.refusal() ?? noOther()
      uses = [...uses, { target, key }]
      return key
    },
    failed(key, failure, after) {
      const news = newsOf(failure)
      if (!key || !news) return
      hear(key, news)
      if (after === 'is left') return
      const { target } = failure
      const other = target.upstream.credentials.pool?.take(namesAt(target))
      if (other) asides.set(target, other)
    },
    hasAside: (target) => asides.has(target),
    served(key) {
      if (key) hear(key, { kind: 'served' })
      leaveAside()
    },
    giveBack(key) {
      key?.giveBack()
      uses = uses.filter((use) => use.key !== key)
    },
    settle(reports) {
      leaveAside()
      clearForbidden()
      const made = reports.filter(({ credential }) => credential !== undefined)
      for (const [index, { key }] of uses.entries()) {
        const report = made[index]
        key.settle(report === undefined ? NOTHING : usedBy(report))
      }
      uses = []
    },
  }
}

const NOTHING = { tokens: 0, cost: 0n }

function usedBy({ usage, usageSource, cost }: AttemptReport) {
  const { prompt = 0, completion = 0 } = usage
  return { tokens: usageSource === 'none' ? 0 : prompt + completion, cost }
}

const noOther = () => new GatewayError('rate_limit_exceeded', 'No other key of this provider may be used now.')
