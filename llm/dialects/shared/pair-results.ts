import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'

interface Paired<R> {
  /** The result of each call, in the order of the calls; undefined where none is left for it. */
  readonly answers: readonly (R | undefined)[]
  /** The results beyond those. */
  readonly beyond: readonly R[]
}

/** How many calls, or results, are looked at together: each takes two units. */
const MANY = ITEMS_TOGETHER / 2

/** No result. */
const NONE = -1

/**
 * One result per call, in steps: of those for its id the first that no call before it has. Calls that are left then get, in order,
 * what is left: results that came too often for their id, and then those whose ids match no call.
 */
export function* pairResults<R extends { readonly callId: string }>(
  ids: readonly string[],
  results: readonly R[],
): Steps<Paired<R>> {
  // Where the first result for an id stands that no call has yet, and after each result the next one for the same id.
  const first = new Map<string, number>()
  const next = new Int32Array(results.length)
  for (let i = 0; i < ids.length; i++) {
    if (i % MANY === MANY - 1) yield ITEMS_TOGETHER
    first.set(ids[i] as string, NONE)
  }
  for (let at = results.length - 1; at >= 0; at--) {
    if (at % MANY === MANY - 1) yield ITEMS_TOGETHER
    const { callId } = results[at] as R
    const following = first.get(callId)
    if (following === undefined) continue
    next[at] = following
    first.set(callId, at)
  }

  const answers: (R | undefined)[] = []
  let found = 0
  for (let i = 0; i < ids.length; i++) {
    if (i % MANY === MANY - 1) yield ITEMS_TOGETHER
    const id = ids[i] as string
    const at = first.get(id) ?? NONE
    answers.push(at === NONE ? undefined : results[at])
    if (at === NONE) continue
    first.set(id, next[at] as number)
    found++
  }
  if (found === results.length) return { answers, beyond: [] }

  const left = yield* unpaired(results, first, next)
  let taken = 0
  for (let i = 0; i < ids.length && taken < left.length; i++) {
    if (i % MANY === MANY - 1) yield ITEMS_TOGETHER
    answers[i] ??= left[taken++]
  }
  return { answers, beyond: left.slice(taken) }
}

/** Those that came too often for the ids of calls, by the order of the calls, and then those of no call. */
function* unpaired<R extends { readonly callId: string }>(
  results: readonly R[],
  first: ReadonlyMap<string, number>,
  next: Int32Array,
): Steps<readonly R[]> {
  const left: R[] = []
  let looked = 0
  for (let at of first.values()) {
    if (++looked % MANY === 0) yield ITEMS_TOGETHER
    for (; at !== NONE; at = next[at] as number) {
      left.push(results[at] as R)
      if (left.length % MANY === 0) yield ITEMS_TOGETHER
    }
  }
  for (const result of results) {
    if (++looked % MANY === 0) yield ITEMS_TOGETHER
    if (!first.has(result.callId)) left.push(result)
  }
  return left
}
