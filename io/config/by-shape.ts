import { z } from 'zod'

/**
 * A value that may be written in several forms: `pick` looks at it and names the schema of its form. Unlike a union, what
 * is wrong inside a form is reported where it is wrong.
 */
export function byShape<Value>(pick: (input: unknown) => z.ZodType<Value>) {
  return z.unknown().transform((input, context): Value => {
    const parsed = pick(input).safeParse(input)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) {
      const { path, message } = issue
      if (issue.code === 'unrecognized_keys') {
        context.addIssue({ code: issue.code, keys: issue.keys, path, message, input: {} })
      } else context.addIssue({ code: 'custom', path, message, params: issue.code === 'custom' ? issue.params : {} })
    }
    return z.NEVER
  })
}

/** One value, or a list of at least one. */
export function oneOrMore(one: z.ZodType<string>, what: string) {
  const error = `must be ${what}`
  const list = z.array(one, { error }).min(1, { error: `must not be empty; it ${error}` })
  const single = one.transform((value): readonly string[] => [value])
  return byShape<readonly string[]>((input) => (Array.isArray(input) ? list : single))
}

/** A list that may be left out or left empty. */
export function listSection<Value extends z.ZodType>(member: Value, what: string) {
  const error = `must be a list of ${what}`
  return z.preprocess((input) => input ?? [], z.array(member, { error }))
}
