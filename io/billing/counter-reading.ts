import { z } from 'zod'
import type { CounterReading } from './bucket-sums.js'

const window = z.union([
  z.object({ kind: z.literal('calendar'), start: z.int(), end: z.int() }),
  z.object({ kind: z.literal('rolling'), length: z.int(), slices: z.int() }),
  z.object({ kind: z.literal('life') }),
])

/**
 * The counters of one moment: `at` in ms since the epoch, amounts in each bucket's unit, and the windows of now by budget or limit,
 * for those buckets that hold nothing.
 */
export const COUNTERS = z.object({
  at: z.number(),
  counters: z.array(z.object({ key: z.string(), committed: z.int(), window })),
  windows: z.array(z.object({ section: z.string(), name: z.string(), unit: z.string(), window })),
})

export type Counters = z.infer<typeof COUNTERS>

/** What rows are compared with. */
export function readingOf({ at, counters, windows }: Counters): CounterReading {
  return {
    at,
    counters,
    windowOf(key) {
      const [section = '', name = '', unit = '', ...rest] = key.split('/')
      const rule = windows.find((each) => each.section === section && each.unit === unit && isNamed(each.name, name))
      if (rule?.window.kind !== 'calendar') return rule?.window
      return rest.includes(new Date(rule.window.start).toISOString()) ? rule.window : undefined
    },
  }
}

/** Keys have names percent-encoded where that is necessary. */
function isNamed(name: string, part: string): boolean {
  return name === part || encodeURIComponent(name) === part
}
