import { parse } from 'yaml'
import type { z } from 'zod'
import { keyed } from '../../../../io/config/maps.js'

/** One kind of guard as a file of the configuration exports it. */
export interface Kind<Shape extends z.ZodRawShape> {
  kindMembers(): Shape
  check?(written: z.infer<z.ZodObject<Shape>>, context: z.RefinementCtx): void
}

/** Reads YAML with the members of one kind: what was written, or the problems, each `path: message`. */
export function read<Shape extends z.ZodRawShape>(kind: Kind<Shape>, yaml: string) {
  const schema = keyed(kind.kindMembers()).superRefine((written, context) => {
    kind.check?.(written as z.infer<z.ZodObject<Shape>>, context)
  })
  const parsed = schema.safeParse(parse(yaml, { mapAsMap: true }))
  if (parsed.success) return { written: parsed.data as z.infer<z.ZodObject<Shape>>, problems: [] }
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return { written: undefined, problems }
}
