/** What one side says before the other does; results go first. */
interface Said {
  readonly role: string
  readonly content: readonly unknown[]
  readonly results: readonly unknown[]
}

export const isEmpty = ({ content, results }: Said): boolean => content.length === 0 && results.length === 0

/** The last turn if it is that side's, else a new one. A turn without content goes, and the turns around it become one. */
export function lastTurn<T extends Said>(turns: T[], role: T['role'], begin: (role: T['role']) => T): T {
  const last = turns.at(-1)
  if (last?.role === role) return last
  if (last !== undefined && isEmpty(last)) {
    turns.pop()
    return lastTurn(turns, role, begin)
  }
  const turn = begin(role)
  turns.push(turn)
  return turn
}
