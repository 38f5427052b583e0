/** What has been started, to be ended in the opposite order. */
export interface Cleanup {
  /** Adds a step; `force` is what is left of it when there is no time: it must not wait. */
  add(end: () => Promise<unknown> | undefined, force?: () => void): void
  /** Takes every step, last first; one that fails does not keep the others from being taken. */
  run(): Promise<void>
  /** Takes what can be done at once. */
  force(): void
}

/** An empty list of steps. */
export function createCleanup(): Cleanup {
  const steps: { end: () => Promise<unknown> | undefined; force?: () => void }[] = []
  return {
    add: (end, force) => {
      steps.push(force === undefined ? { end } : { end, force })
    },
    run: async () => {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step.end()
        } catch (error) {
          process.stderr.write(`tollgate: while stopping: ${error instanceof Error ? error.message : error}\n`)
        }
      }
    },
    force: () => {
      for (const { force } of steps.toReversed()) force?.()
    },
  }
}
