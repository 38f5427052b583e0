/** What came of several calls, in their order but for those that were not made. */
export interface Asked<Answer> {
  readonly answers: readonly Answer[]
  /** Of the first call that failed; no more were begun after it. */
  readonly failure?: { readonly cause: unknown }
}

/** Makes the calls, so many at a time. Never rejects. */
export async function askAll<Item, Answer>(
  items: readonly Item[],
  most: number,
  ask: (item: Item) => Promise<Answer>,
): Promise<Asked<Answer>> {
  const answers = new Map<number, Answer>()
  let failure: { readonly cause: unknown } | undefined
  let next = 0
  const work = async () => {
    while (next < items.length && failure === undefined) {
      const index = next++
      try {
        answers.set(index, await ask(items[index] as Item))
      } catch (cause) {
        failure ??= { cause }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work))
  const inOrder = [...answers].sort(([left], [right]) => left - right).map(([, answer]) => answer)
  return { answers: inOrder, ...(failure && { failure }) }
}
