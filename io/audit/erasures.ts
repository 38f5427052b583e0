import { join } from 'node:path'
import { z } from 'zod'
import { ERASURES, type Erasure } from './keeper.js'
import { linesOf } from './lines-of.js'
import type { Span } from './reader.js'

const ERASURE = z.object({
  at: z.string(),
  by: z.string(),
  named: z.array(z.string()),
  records: z.number(),
  files: z.number(),
})

/** The erasures of a span of time, as a directory tells of them. */
export async function readErasures(directory: string, span: Span, signal: AbortSignal): Promise<readonly Erasure[]> {
  const found: Erasure[] = []
  for await (const text of linesOf(join(directory, ERASURES), signal)) {
    const erasure = ERASURE.safeParse(jsonIn(text)).data
    const time = Date.parse(erasure?.at ?? '')
    if (erasure && time >= span.from && time < span.to) found.push(erasure)
  }
  return found
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
