/** One thing to do; it may take its time. */
export type Step = () => void | Promise<void>

/** Runs steps one at a time and in the order in which they come, at once wherever nothing is waited for. */
export interface InOrder {
  run(step: Step): void
  /** Whether a step is taking its time, and others would wait. */
  busy(): boolean
  /** Resolves once nothing is left to do; undefined where nothing is. */
  finished(): Promise<void> | undefined
}

export interface InOrderHooks {
  /** `busy` is no longer what it was. */
  changed(): void
  /** A step threw or rejected; those after it run all the same. */
  failed(error: unknown): void
}

export function inOrder({ changed, failed }: InOrderHooks): InOrder {
  const queue: Step[] = []
  let running: Promise<void> | undefined

  const start = (step: Step) => {
    try {
      const made = step()
      if (made instanceof Promise) running = made.catch(failed).then(proceed)
    } catch (error) {
      failed(error)
    }
  }
  const proceed = () => {
    running = undefined
    while (!running) {
      const step = queue.shift()
      if (!step) break
      start(step)
    }
    if (!running) changed()
  }
  const finished = (): Promise<void> | undefined => running?.then(finished)

  return {
    run(step) {
      if (running) {
        queue.push(step)
        return
      }
      start(step)
      if (running) changed()
    },
    busy: () => running !== undefined,
    finished,
  }
}
