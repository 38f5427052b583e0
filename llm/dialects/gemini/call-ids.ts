/** A function call of the conversation that has not been answered. */
interface PendingCall {
  readonly id: string
  readonly name: string
}

/** Pairs function responses with calls: by id where both have one, else by name and order. */
export interface CallIds {
  /** The call's id: its own, or one from its place, which stays the same while the conversation grows. */
  called(id: string | undefined, name: string, place: string): string
  /** The id of the call that a response answers; undefined where there is none. */
  answered(id: string | undefined, name: string | undefined): string | undefined
}

/** Follows one conversation from its beginning. */
export function callIds(): CallIds {
  let pending: readonly PendingCall[] = []
  const known = new Set<string>()
  return {
    called: (id, name, place) => {
      const own = id ?? `${MADE}${place}`
      pending = [...pending, { id: own, name }]
      known.add(own)
      return own
    },
    answered: (id, name) => {
      const call =
        pending.find((each) => each.id === id) ??
        (id !== undefined && known.has(id) ? { id } : undefined) ??
        pending.find((each) => each.name === name)
      pending = pending.filter((each) => each.id !== call?.id)
      return call?.id
    },
  }
}

const MADE = 'call_'

/** Whether an id says no more than where its call stands. */
export const isMadeId = (id: string): boolean => /^call_\d+_\d+$/.test(id)
