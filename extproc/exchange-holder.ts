/** The id of an exchange that the worker with this number holds; `unique` makes it one. */
export function exchangeIdOf(worker: number, unique: string): string {
  return `${worker}-${unique}`
}

/** The number of the worker that holds an exchange, if it is one of a worker. */
export function holderOf(exchangeId: string): number | undefined {
  const [, number] = /^(\d{1,4})-/.exec(exchangeId) ?? []
  return number === undefined ? undefined : Number(number)
}
