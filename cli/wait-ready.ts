import { setTimeout as wait } from 'node:timers/promises'

/** Asks a URL until it answers 200 and returns the body; undefined when `deadlineMs` passes or `signal` says to stop. */
export async function waitReady(url: string, deadlineMs: number, signal: AbortSignal): Promise<string | undefined> {
  const until = performance.now() + deadlineMs
  while (performance.now() < until && !signal.aborted) {
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) })
      const body = await response.text()
      if (response.status === 200) return body
    } catch {
      // Not listening yet.
    }
    await wait(100, undefined, { signal }).catch(() => undefined)
  }
  return undefined
}
