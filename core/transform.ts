/** How a stream ended: `complete` at its proper end, `cut` when the other side broke off or hung up. */
export type Ending = 'complete' | 'cut'

/**
 * A synchronous, bounded push parser: hold partial input, emit whole units. The output must not depend on where the
 * input was cut. `end` is called exactly once, and nothing is pushed after it.
 */
export interface Transform<I, O> {
  push(input: I): readonly O[]
  end(how: Ending): readonly O[]
}

/** The same contract for steps that may have to wait (decompression, remote guards); one call at a time, in order. */
export interface AsyncTransform<I, O> {
  push(input: I): readonly O[] | Promise<readonly O[]>
  end(how: Ending): readonly O[] | Promise<readonly O[]>
}

/** Runs every unit through an async step, in order; stays synchronous as long as the step does. */
export function feed<I, O>(
  step: Pick<AsyncTransform<I, O>, 'push'>,
  units: readonly I[],
): readonly O[] | Promise<readonly O[]> {
  // Most chunks of a stream are one unit.
  if (units.length === 1) return step.push(units[0] as I)
  const out: O[] = []
  for (let i = 0; i < units.length; i++) {
    const made = step.push(units[i] as I)
    if (made instanceof Promise) return feedLater(step, units.slice(i + 1), out, made)
    for (const unit of made) out.push(unit)
  }
  return out
}

async function feedLater<I, O>(
  step: Pick<AsyncTransform<I, O>, 'push'>,
  rest: readonly I[],
  done: readonly O[],
  pending: Promise<readonly O[]>,
): Promise<readonly O[]> {
  const out = [...done, ...(await pending)]
  for (const unit of rest) out.push(...(await step.push(unit)))
  return out
}

/** Continues with a value that may still be pending, without giving up the synchronous path. */
export function then<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** All of them; a promise only where one of them is. */
export function all<T>(values: readonly (T | Promise<T>)[]): readonly T[] | Promise<readonly T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[])
}

/** Chains async steps; without any, units pass unchanged. */
export function chain<T>(steps: readonly AsyncTransform<T, T>[]): AsyncTransform<T, T> {
  const [only] = steps
  if (only && steps.length === 1) return only
  const from = (first: number, units: readonly T[]): readonly T[] | Promise<readonly T[]> => {
    let current = units
    for (let index = first; index < steps.length && current.length > 0; index++) {
      const made = feed(steps[index] as AsyncTransform<T, T>, current)
      if (made instanceof Promise) return made.then((more) => from(index + 1, more))
      current = made
    }
    return current
  }
  const endFrom = (index: number, units: readonly T[], how: Ending): readonly T[] | Promise<readonly T[]> => {
    const step = steps[index]
    if (!step) return units
    return then(feed(step, units), (made) => then(step.end(how), (last) => endFrom(index + 1, [...made, ...last], how)))
  }
  return { push: (unit) => from(0, [unit]), end: (how) => endFrom(0, [], how) }
}

/** Two steps as one. */
export function inTurn<A, B, C>(first: Transform<A, B>, second: Transform<B, C>): Transform<A, C> {
  const through = (units: readonly B[]) => units.flatMap((unit) => second.push(unit))
  return {
    push: (input) => through(first.push(input)),
    end: (how) => [...through(first.end(how)), ...second.end(how)],
  }
}
