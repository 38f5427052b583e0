const READY_MS = 20_000

/** Runs every step, also after one failed; the first failure is reported. */
export async function runAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

/** Resolves when clients are served; rejects when `exited` settles before. */
export async function untilServing(url: string, exited: Promise<unknown>): Promise<void> {
  let dead = false
  exited.then(
    () => (dead = true),
    () => (dead = true),
  )
  const deadline = Date.now() + READY_MS
  while (Date.now() < deadline) {
    if (dead) throw new Error('the gateway ended while it was starting')
    const answer = await fetch(`${url}/v1/models`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
    await answer?.arrayBuffer()
    // Who must show a key is served too.
    if (answer?.ok || answer?.status === 401) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no answer from ${url}/v1/models within ${READY_MS} ms`)
}
