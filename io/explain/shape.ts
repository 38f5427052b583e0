import { z } from 'zod'

const name = z.string()
const TARGET = z.object({
  target: name,
  provider: name,
  region: name.optional(),
  atMostUsd: z
    .string()
    .nullable()
    .meta({ description: 'For the prompt and the longest answer; null where nobody knows' }),
  dropped: z.array(name).meta({ description: 'Fields of the request that the target cannot express' }),
})

const OUTCOME = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('admitted'),
    targets: z.array(name),
    outputCap: z.int().optional(),
    unlessRefusedBy: z.array(name).meta({ description: 'Who would be asked first and might refuse' }),
  }),
  z.object({
    kind: z.literal('refused'),
    status: z.int(),
    code: name,
    message: z.string(),
    param: name.optional(),
    rule: name.optional(),
    retryAfter: z.number().optional(),
  }),
])

/** What `core/explain.ts` tells, as it leaves the admin API. */
export const EXPLANATION = z.object({
  at: z.string(),
  path: z.string(),
  version: name,
  identity: z.looseObject({ tags: z.record(name, z.string()) }),
  request: z
    .object({
      dialect: name,
      model: name,
      stream: z.boolean(),
      maxOutputTokens: z.number().optional(),
      strict: z.boolean(),
    })
    .optional(),
  steps: z.array(
    z.object({
      policy: name,
      asked: z.enum(['asked', 'in part', 'not asked']),
      unasked: z.array(name),
      chain: z.array(name),
      details: z.record(name, z.unknown()),
    }),
  ),
  label: name.optional(),
  chain: z.array(TARGET),
  leftOut: z.array(z.object({ target: name, by: name })),
  outcome: OUTCOME,
})

/** An explanation as it was read from the admin API, or made here. */
export type ShownExplanation = z.infer<typeof EXPLANATION>
