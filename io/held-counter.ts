import { Counter, type Registry } from 'prom-client'

export interface HeldCounterOptions<L extends readonly string[]> {
  readonly name: string
  readonly help: string
  readonly labelNames: L
  readonly registers: Registry[]
}

/** A counter with the values of its labels in the order of their names. */
export interface HeldCounter<L extends readonly string[]> {
  /** Adds 1 unless said; nothing below 0. */
  add(values: { readonly [I in keyof L]: string }, amount?: number): void
}

/** What has been added for one set of values since the counter was last read. */
interface Held {
  readonly labels: Readonly<Record<string, string>>
  amount: number
}

type Branch = Map<string, Branch | Held>

/**
 * A Prometheus counter that keeps what is added aside until it is read: prom-client sorts, joins and checks the labels each time,
 * which costs more than all else that is counted about a request.
 */
export function heldCounter<const L extends readonly string[]>(options: HeldCounterOptions<L>): HeldCounter<L> {
  const root: Branch = new Map()
  const all: Held[] = []
  const { labelNames } = options
  new Counter<string>({
    ...options,
    labelNames: [...labelNames],
    collect() {
      for (const held of all) {
        if (held.amount > 0) this.inc(held.labels, held.amount)
        held.amount = 0
      }
    },
  })

  const heldFor = (values: readonly string[]): Held => {
    const last = values.length - 1
    let branch = root
    for (let i = 0; i < last; i++) {
      const value = values[i] as string
      let next = branch.get(value) as Branch | undefined
      if (!next) {
        next = new Map()
        branch.set(value, next)
      }
      branch = next
    }
    const value = values[last] as string
    const known = branch.get(value) as Held | undefined
    if (known) return known
    const made = { labels: Object.fromEntries(labelNames.map((name, i) => [name, values[i] ?? ''])), amount: 0 }
    branch.set(value, made)
    all.push(made)
    return made
  }
  return {
    add(values, amount = 1) {
      heldFor(values).amount += amount
    },
  }
}
