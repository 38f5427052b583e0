/**
 * Lets others have their turn: what is awaited here goes on one at a time, each in a round of its own of the event loop, in the order
 * in which it came. With `setImmediate` alone all that is in progress would go on in the same round, and hold everybody else up together.
 */
export function createTurnQueue(soon: (run: () => void) => void): () => Promise<void> {
  const waiting: (() => void)[] = []
  const next = () => {
    const go = waiting.shift()
    if (waiting.length > 0) soon(next)
    go?.()
  }
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) soon(next)
    })
}
