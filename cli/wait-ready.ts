import { setTimeout as wait } from 'node:timers/promises'

/** Who answers: with what was asked for, or that it wants to see a key. */
export type Ready = { readonly kind: 'open'; readonly body: string } | { readonly kind: 'wants a key' }

/** Asks a URL until it answers 200 or 401; undefined when `deadlineMs` passes or `signal` says to stop. */
export async function waitReady(url: string, deadlineMs: number, signal: AbortSignal): Promise<Ready | undefined> {
  const until = performance.now() + deadlineMs
  while (performance.now() < until && !signal.aborted) {
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) })
      const body = await response.text()
      if (response.status === 200) return { kind: 'open', body }
      if (response.status === 401) return { kind: 'wants a key' }
    } catch {
      // Not listening yet.
    }
    await wait(100, undefined, { signal }).catch(() => undefined)
  }
  return undefined
}
