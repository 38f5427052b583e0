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
  return new KeysOfExchange()
}

class KeysOfExchange implements ExchangeKeys {
  private uses: readonly Use[] = []
  /** Most providers have no pool. */
  private asides: Map<Target, TakenKey> | undefined = undefined

  reserve(targets: readonly Target[]): readonly Target[] {
    if (targets.every(hasNoPool)) return targets
    let refusal: GatewayError | undefined
    const able = targets.filter((target) => {
      const { pool } = target.upstream.credentials
      const key = pool?.take([])
      if (key) this.setAside(target, key)
      else refusal ??= pool?.refusal()
      return key !== undefined || pool === undefined
    })
    if (able.length === 0 && targets.length > 0) throw refusal ?? noOther()
    return able
  }

  take(target: Target): TakenKey | undefined {
    const { pool } = target.upstream.credentials
    if (!pool) return undefined
    const key = this.keyFor(target, pool)
    if (!key) throw pool.refusal() ?? noOther()
    this.uses = [...this.uses, { target, key }]
    return key
  }

  failed(key: TakenKey | undefined, failure: Failure, after: 'may be asked again' | 'is left'): void {
    const news = newsOf(failure)
    if (!key || !news) return
    this.hear(key, news)
    if (after === 'is left') return
    const { target } = failure
    const other = target.upstream.credentials.pool?.take(this.namesAt(target))
    if (other) this.setAside(target, other)
  }

  hasAside(target: Target): boolean {
    return this.asides?.has(target) === true
  }

  served(key: TakenKey | undefined): void {
    if (key) this.hear(key, { kind: 'served' })
    this.leaveAside()
  }

  giveBack(key: TakenKey | undefined): void {
    key?.giveBack()
    this.uses = this.uses.filter((use) => use.key !== key)
  }

  settle(reports: readonly AttemptReport[]): void {
    this.leaveAside()
    this.clearForbidden()
    const made = reports.filter(({ credential }) => credential !== undefined)
    for (const [index, { key }] of this.uses.entries()) {
      const report = made[index]
      key.settle(report === undefined ? NOTHING : usedBy(report))
    }
    this.uses = []
  }

  private namesAt(target: Target): readonly string[] {
    return this.uses.filter((use) => use.target === target).map(({ key }) => key.name)
  }

  private hear(key: TakenKey, news: KeyNews): void {
    key.heard(news)
    this.uses = this.uses.map((use) => (use.key === key ? { ...use, news } : use))
  }

  private leaveAside(): void {
    for (const key of this.asides?.values() ?? []) key.giveBack()
    this.asides = undefined
  }

  private setAside(target: Target, key: TakenKey): void {
    this.asides ??= new Map()
    this.asides.set(target, key)
  }

  /** A refusal that every key tried at a target was given may speak of the request; where one of them served it, it does not. */
  private clearForbidden(): void {
    for (const { target, key } of this.uses) {
      const same = this.uses.filter((use) => use.target === target)
      if (same.length > 1 && same.every(({ news }) => news?.kind === 'refused' && news.as === 'forbidden'))
        key.cleared()
    }
  }

  /** Another one where the one set aside has come to rest, as long as there is another. */
  private keyFor(target: Target, pool: KeyPool): TakenKey | undefined {
    const set = this.asides?.get(target)
    this.asides?.delete(target)
    if (set && !set.rests()) return set
    const other = pool.take(this.namesAt(target))
    if (set && other) set.giveBack()
    return other ?? set
  }
}

const hasNoPool = ({ upstream }: Target) => upstream.credentials.pool === undefined

const NOTHING = { tokens: 0, cost: 0n }

function usedBy({ usage, usageSource, cost }: AttemptReport) {
  const { prompt = 0, completion = 0 } = usage
  return { tokens: usageSource === 'none' ? 0 : prompt + completion, cost }
}

const noOther = () => new GatewayError('rate_limit_exceeded', 'No other key of this provider may be used now.')
