import { z } from 'zod'
import { ROLES } from './operation.js'
import type { TrailAction, TrailEntry, TrailFields, TrailFilter, TrailPage } from './trail.js'

const FIELDS = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

const BEGINNING = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  principal: z.string().nullable(),
  role: z.enum(ROLES).nullable(),
  operation: z.string(),
  parameters: z.record(z.string(), z.string()),
  address: z.string(),
  // Together with the beginning where both are known at once.
  status: z.number().int().nullable().default(null),
  fields: FIELDS.default({}),
})

const ENDING = z.object({ end: z.string(), status: z.number().int(), fields: FIELDS })

/** One line of the trail. */
export type TrailLine = z.input<typeof BEGINNING> | z.input<typeof ENDING>

/** The line that says what somebody wants. */
export function beginning(id: string, at: string, action: TrailAction): z.input<typeof BEGINNING> {
  return { id, at, ...action }
}

/** The line that says what became of it. */
export function ending(id: string, status: number, fields: TrailFields): TrailLine {
  return { end: id, status, fields }
}

/** Puts the lines of the trail together to entries, and keeps the latest that fit. Lines that cannot be read are passed over. */
export async function collect(lines: AsyncIterable<string>, filter: TrailFilter): Promise<TrailPage> {
  const kept = new Map<string, TrailEntry>()
  let truncated = false
  for await (const line of lines) {
    const value = parsedLine(line)
    const begun = BEGINNING.safeParse(value)
    if (begun.success) {
      if (!fits(begun.data, filter)) continue
      kept.set(begun.data.id, begun.data)
      if (kept.size <= filter.limit) continue
      truncated = true
      kept.delete(kept.keys().next().value ?? '')
      continue
    }
    const ended = ENDING.safeParse(value)
    if (!ended.success) continue
    const { end, status, fields } = ended.data
    const entry = kept.get(end)
    if (entry) kept.set(end, { ...entry, status, fields })
  }
  return { entries: [...kept.values()], truncated }
}

function fits({ at, principal, operation }: TrailEntry, filter: TrailFilter): boolean {
  const time = Date.parse(at)
  if (time < filter.from || time >= filter.to) return false
  if (filter.principal !== undefined && principal !== filter.principal) return false
  return filter.operation === undefined || operation === filter.operation
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
