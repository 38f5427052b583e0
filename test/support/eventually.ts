/**
 * Waits until `check` gives a value other than undefined or false, looking every 20 ms; fails with `what` after `withinMs`.
 * For states that no event announces: a gauge, a file that is watched, a closed socket.
 */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 5000,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const found = await check()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
