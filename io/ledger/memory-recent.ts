/** What is remembered for a while: at most `count` values, none for longer than `age` ms, the oldest forgotten first. */
export interface Recent<T> {
  add(id: string, value: T, now: number): void
  get(id: string): T | undefined
  delete(id: string): void
  size(): number
  /** Oldest first. */
  entries(): IterableIterator<[id: string, kept: { readonly at: number; readonly value: T }]>
}

/** Remembers nothing yet. */
export function createRecent<T>(limits: { readonly count: number; readonly age: number }): Recent<T> {
  const kept = new Map<string, { readonly at: number; readonly value: T }>()
  const forget = (now: number) => {
    for (const [id, { at }] of kept) {
      if (kept.size < limits.count && now - at < limits.age) return
      kept.delete(id)
    }
  }
  return {
    add: (id, value, now) => {
      forget(now)
      kept.set(id, { at: now, value })
    },
    get: (id) => kept.get(id)?.value,
    delete: (id) => void kept.delete(id),
    size: () => kept.size,
    entries: () => kept.entries(),
  }
}
