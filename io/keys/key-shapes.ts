import { z } from 'zod'
import type { GrantedBudget } from '../../core/identity.js'
import { CALENDAR_UNITS } from '../../policies/budget/rules.js'
import { KEY_STATES } from '../../policies/keys/virtual-key.js'
import { instant } from '../admin/query-values.js'
import { span, usdAmount } from '../config/amounts.js'
import { count } from '../config/rule-values.js'
import { timeZone } from '../config/time-zone.js'
import { isNetwork } from '../networks.js'

const PERIODS = [...CALENDAR_UNITS, 'life'] as const
const UNITS = ['usd', 'tokens', 'requests'] as const
const MOST_ENTRIES = 100
const LONGEST = 256

/** A name of somebody or something, as identities have them. */
function word() {
  const error = `must be text of 1 to ${LONGEST} characters, without control characters`
  return z
    .string({ error })
    .max(LONGEST, { error })
    .regex(/^[^\p{Cc}\p{Cs}\ufffd]+$/u, { error })
    .refine((text) => text.trim() === text, { error: 'must not begin or end with a space' })
}

function list<Entry extends z.ZodType>(entry: Entry, what: string) {
  const error = `must be a list of 1 to ${MOST_ENTRIES} ${what}`
  return z
    .array(entry, { error })
    .min(1, { error })
    .max(MOST_ENTRIES, { error })
    .refine((entries) => new Set(entries.map((entry) => JSON.stringify(entry))).size === entries.length, {
      error: 'has an entry twice; once is enough',
    })
}

const TAG = /^[A-Za-z0-9._-]{1,64}$/

function tags() {
  return z
    .record(z.string().regex(TAG, { error: 'is not a tag name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed' }), word())
    .refine((tags) => Object.keys(tags).length <= MOST_ENTRIES, { error: `must be at most ${MOST_ENTRIES} tags` })
}

function network() {
  return z.string().refine(isNetwork, { error: 'must be a network in CIDR form such as 10.0.0.0/8 or 2001:db8::/32' })
}

/** `{ usd: 10, per: month }`: exactly one amount, and a period that begins anew with each calendar unit. */
function budget() {
  return z
    .strictObject({
      usd: usdAmount().optional(),
      tokens: count().optional(),
      requests: count().optional(),
      per: z.enum(PERIODS, { error: `must be one of ${PERIODS.join(', ')}` }),
      timeZone: timeZone().optional(),
    })
    .superRefine((budget, context) => {
      const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message })
      if (UNITS.filter((unit) => budget[unit] !== undefined).length !== 1) {
        refuse(`must have exactly one of ${UNITS.join(', ')}`)
      }
      if (budget.timeZone !== undefined && budget.per === 'life') refuse('has no use with per: life', 'timeZone')
    })
    .transform(({ per, timeZone = 'UTC', ...amounts }): GrantedBudget => {
      const unit = UNITS.find((unit) => amounts[unit] !== undefined) ?? 'usd'
      return { unit, limit: amounts[unit] ?? 0, per, timeZone }
    })
}

function budgets() {
  return list(budget(), 'budgets').refine(
    (budgets) => new Set(budgets.map(({ unit, per }) => `${unit} ${per}`)).size === budgets.length,
    { error: 'has two budgets of one unit and period; each needs its own' },
  )
}

/** What a key is bound to; each may also be left out. */
const BOUND = {
  tags: tags(),
  models: list(word(), 'names of models'),
  networks: list(network(), 'networks'),
  budgets: budgets(),
  expiresAt: instant(),
  expiresIn: span(),
}

type Expiring = { readonly expiresAt?: unknown; readonly expiresIn?: unknown }
const onlyOneEnd = ({ expiresAt, expiresIn }: Expiring) => expiresAt === undefined || expiresIn === undefined
const ONE_END = { error: 'must have at most one of expiresAt, expiresIn' }

/** What a new key is made from. */
export const ISSUE = z
  .strictObject({
    name: word(),
    user: word().optional(),
    team: word().optional(),
    organization: word().optional(),
    role: word().optional(),
    tags: BOUND.tags.optional(),
    models: BOUND.models.optional(),
    networks: BOUND.networks.optional(),
    budgets: BOUND.budgets.optional(),
    expiresAt: BOUND.expiresAt.optional(),
    expiresIn: BOUND.expiresIn.optional().meta({ description: 'From now on, such as 90d; in the place of expiresAt' }),
  })
  .refine(onlyOneEnd, ONE_END)

/** What is changed of a key; null takes a bound away. */
export const UPDATE = z
  .strictObject({
    name: word().optional(),
    tags: BOUND.tags.nullable().optional(),
    models: BOUND.models.nullable().optional(),
    networks: BOUND.networks.nullable().optional(),
    budgets: BOUND.budgets.nullable().optional(),
    expiresAt: BOUND.expiresAt.nullable().optional(),
    expiresIn: BOUND.expiresIn.optional(),
    version: z.int().min(1).optional().meta({ description: 'Change only this version, else answer 409' }),
  })
  .refine(onlyOneEnd, ONE_END)

/** How a key is rotated. */
export const ROTATE = z.strictObject({
  overlap: span().optional().meta({ description: 'How long the texts before stay good; keys.overlap unless said' }),
})

/** Which keys are listed. */
export const FILTER = z.strictObject({
  team: z.string().optional(),
  user: z.string().optional(),
  state: z.enum(KEY_STATES).optional(),
})

const BUDGET_VIEW = z.object({
  usd: z.string().optional().meta({ description: 'Dollars, exact to the nano-dollar' }),
  tokens: z.int().optional(),
  requests: z.int().optional(),
  per: z.enum(PERIODS),
  timeZone: z.string().optional(),
})

/** A key as it is shown: never its text, nor a hash of it. Times are ISO 8601 in UTC. */
export const KEY_VIEW = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(KEY_STATES),
  prefixes: z
    .array(z.object({ prefix: z.string(), createdAt: z.string(), until: z.string().optional() }))
    .meta({ description: 'What the texts that are good begin with, the newest last' }),
  user: z.string().optional(),
  team: z.string().optional(),
  organization: z.string().optional(),
  role: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  models: z.array(z.string()).optional(),
  networks: z.array(z.string()).optional(),
  budgets: z.array(BUDGET_VIEW).optional(),
  expiresAt: z.string().optional(),
  createdAt: z.string(),
  createdBy: z.string(),
  revokedAt: z.string().optional(),
  version: z.int(),
})

/** A key and its text, which is shown this once. */
export const KEY_SHOWN = KEY_VIEW.extend({
  key: z.string().meta({ description: 'The text that clients send; it is shown this once and kept nowhere' }),
})

export type Issue = z.infer<typeof ISSUE>
export type Update = z.infer<typeof UPDATE>
export type KeyViewShape = z.infer<typeof KEY_VIEW>
