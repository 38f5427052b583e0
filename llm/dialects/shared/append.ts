/** Adds in place. (Spreading into `push` overflows the stack at a hundred thousand parts.) */
export function append<T>(to: T[], items: readonly T[]): void {
  for (const item of items) to.push(item)
}
