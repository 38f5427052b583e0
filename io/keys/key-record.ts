import { z } from 'zod'
import type { FoundKey } from '../../policies/keys/key-book.js'
import type { VirtualKey } from '../../policies/keys/virtual-key.js'
import { createNetworks, isNetwork } from '../networks.js'

/** A time in milliseconds since the epoch. */
const time = z.number().int().min(0)

const budget = z.strictObject({
  unit: z.enum(['usd', 'tokens', 'requests']),
  limit: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  per: z.enum(['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'life']),
  timeZone: z.string(),
})

/** What this version does not know could be a restriction, so a record with more in it is none. */
const record = z.strictObject({
  id: z.string().min(1),
  name: z.string(),
  secrets: z
    .array(
      z.strictObject({
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        prefix: z.string(),
        createdAt: time,
        until: time.optional(),
      }),
    )
    .min(1),
  user: z.string().optional(),
  team: z.string().optional(),
  organization: z.string().optional(),
  role: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  models: z.array(z.string()).optional(),
  networks: z.array(z.string().refine(isNetwork)).optional(),
  budgets: z.array(budget).optional(),
  expiresAt: time.optional(),
  createdAt: time,
  createdBy: z.string(),
  revokedAt: time.optional(),
  version: z.number().int().min(1),
})

/** Reads a record as stores keep it; undefined for anything else, a record of a later version of Tollgate included. */
export function readRecord(value: unknown): VirtualKey | undefined {
  return record.safeParse(value).data
}

/** What is asked of a key with each request, worked out once; one entry for each of its texts. */
export function foundKeys(key: VirtualKey): readonly (readonly [hash: string, found: FoundKey])[] {
  const networks = key.networks && createNetworks(key.networks)
  const bearer = bearerOf(key)
  return key.secrets.map((secret) => [secret.hash, { key, secret, bearer, ...(networks && { networks }) }])
}

function bearerOf({ id, user, team, organization, role, models, budgets }: VirtualKey): FoundKey['bearer'] {
  const grant = models || budgets ? { ...(models && { models }), ...(budgets && { budgets }) } : undefined
  return {
    key: id,
    ...(user !== undefined && { user }),
    ...(team !== undefined && { team }),
    ...(organization !== undefined && { organization }),
    ...(role !== undefined && { role }),
    ...(grant && { grant }),
  }
}
