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
  const answers: { readonly answer: Answer }[] = new Array(items.length)
  let failure: { readonly cause: unknown } | undefined
  let next = 0
  const work = async () => {
    while (next < items.length && failure === undefined) {
      const index = next++
      try {
        answers[index] = { answer: await ask(items[index] as Item) }
      } catch (cause) {
        failure ??= { cause }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work))
  // Those that were not asked for have no place in it.
  const inOrder: Answer[] = []
  answers.forEach(({ answer }) => {
    inOrder.push(answer)
  })
  return { answers: inOrder, ...(failure && { failure }) }
}
