import { z } from 'zod'
import type { Clock } from '../../core/clock.js'
import { json, type Operation, ROLES } from './operation.js'
import { instant } from './query-values.js'
import { type Trail, TrailUnusable } from './trail.js'
import { operation } from './typed-operation.js'

export interface TrailOperationsOptions {
  readonly trail: Pick<Trail, 'read'>
  readonly clock: Clock
}

const MOST = 10_000

const QUERY = z.strictObject({
  from: instant().optional(),
  to: instant().optional(),
  principal: z.string().optional(),
  operation: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MOST).default(1000),
})

const ENTRY = z.object({
  id: z.string(),
  at: z.string(),
  principal: z.string().nullable().meta({ description: 'Null where nobody knows who it was' }),
  role: z.enum(ROLES).nullable(),
  operation: z.string(),
  parameters: z.record(z.string(), z.string()),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  status: z.int().nullable().meta({ description: 'Null where the process died before it answered' }),
  address: z.string(),
})

/** `GET /trail`: who changed what, or wanted to, oldest first. */
export function trailOperations({ trail, clock }: TrailOperationsOptions): readonly Operation[] {
  return [
    operation({
      method: 'GET',
      path: '/trail',
      id: 'listTrail',
      summary: 'Who changed what by this API, or was refused it; the latest `limit` entries, oldest first',
      tag: 'trail',
      roles: ['admin', 'auditor'],
      effect: 'reads',
      query: QUERY,
      answers: {
        200: { description: 'The entries', json: z.object({ entries: z.array(ENTRY), truncated: z.boolean() }) },
      },
      async handle({ query }) {
        const { from = 0, to = clock.now() + 1, ...rest } = query
        try {
          return json(200, await trail.read({ from, to, ...rest }))
        } catch (error) {
          if (!(error instanceof TrailUnusable)) throw error
          return json(503, { error: 'the trail cannot be read' })
        }
      },
    }),
  ]
}
