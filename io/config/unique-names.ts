import type { z } from 'zod'

/** Refuses entries of a list that have the name of another; `what` is what one of them is called. */
export function uniqueNames(what: string) {
  return (entries: readonly { readonly name: string }[], context: z.core.$RefinementCtx): void => {
    const names = entries.map(({ name }) => name)
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === names.lastIndexOf(name)) continue
      const message = `is the name of more than one ${what}; each needs a name of its own`
      context.addIssue({ code: 'custom', path: [index, 'name'], message })
    }
  }
}
