/** Calls with one id that have not been answered: the same response answers all of them. */
interface PendingCalls {
  readonly id: string
}

/** Calls of one name, in order. Those before `next` have been answered, those after it may have been. */
interface Called {
  readonly calls: PendingCalls[]
  next: number
}

/** Pairs function responses with calls: by id where both have one, else by name and order. */
export interface CallIds {
  /** The call's id: its own, or one from its place, which stays the same while the conversation grows. */
  called(id: string | undefined, name: string, place: string): string
  /** The id of the call that a response answers; undefined where there is none. */
  answered(id: string | undefined, name: string): string | undefined
}

/** Follows one conversation from its beginning. */
export function callIds(): CallIds {
  const pending = new Map<string, PendingCalls>()
  const byName = new Map<string, Called>()
  const known = new Set<string>()

  const firstOf = (name: string): PendingCalls | undefined => {
    const called = byName.get(name)
    if (called === undefined) return undefined
    for (; called.next < called.calls.length; called.next++) {
      const call = called.calls[called.next]
      if (call !== undefined && pending.get(call.id) === call) return call
    }
    return undefined
  }
  return {
    called: (id, name, place) => {
      const own = id ?? `${MADE}${place}`
      const call = pending.get(own) ?? { id: own }
      pending.set(own, call)
      known.add(own)
      const called = byName.get(name)
      if (called === undefined) byName.set(name, { calls: [call], next: 0 })
      else called.calls.push(call)
      return own
    },
    answered: (id, name) => {
      const answered = id !== undefined && known.has(id) ? id : firstOf(name)?.id
      if (answered !== undefined) pending.delete(answered)
      return answered
    },
  }
}

const MADE = 'call_'

/** Whether an id says no more than where its call stands. */
export const isMadeId = (id: string): boolean => /^call_\d+_\d+$/.test(id)
