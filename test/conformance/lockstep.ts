/**
 * A meeting point of a scripted provider and a client: the provider waits for `seen(n)` before it sends part n + 1, and
 * the client calls `saw` for each part that reached it. A gateway that holds parts back makes both wait for ever.
 */
export interface Lockstep {
  saw(): void
  seen(count: number): Promise<void>
}

/** Starts with nothing seen. */
export function lockstep(): Lockstep {
  let count = 0
  const waiting: { readonly count: number; readonly go: () => void }[] = []
  return {
    saw: () => {
      count++
      for (const waiter of waiting) if (count >= waiter.count) waiter.go()
    },
    seen: (wanted) =>
      new Promise((resolve) => {
        if (count >= wanted) resolve()
        else waiting.push({ count: wanted, go: resolve })
      }),
  }
}
