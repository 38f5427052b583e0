import { z } from 'zod'
import type { KeyQuota, PooledKey } from '../credentials/pool-settings.js'
import { usdAmount } from './amounts.js'
import { byShape } from './by-shape.js'
import { AT_KEY, keyed } from './maps.js'
import { count } from './rule-values.js'
import { listed } from './suggest.js'
import { integer, oneOf, text } from './values.js'

const MOST_KEYS = 64
const MOST_WEIGHT = 1000
const MOST_PRIORITY = 100
const PER = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
const PERIODS = Object.keys(PER)
const UNITS = ['requests', 'tokens', 'usd'] as const
const KEY = 'a key of printable ASCII characters without spaces'
const NAME = 'a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed'
const LIST = `a list of 1 to ${MOST_KEYS} keys, each a text or { key: ..., name: ..., weight: ... }`

/** The text of an API key. */
export function providerKey() {
  return text(KEY).regex(/^[\x21-\x7e]*$/, { error: `must be ${KEY}` })
}

/** One entry of `apiKeys` with everything that may be said of it. */
export function pooledKey() {
  return keyed({
    key: providerKey(),
    name: text(NAME)
      .regex(/^[A-Za-z0-9._-]{0,64}$/, { error: `must be ${NAME}` })
      .optional(),
    weight: integer(1, MOST_WEIGHT).default(1),
    priority: integer(1, MOST_PRIORITY).default(1),
    requests: count().optional(),
    tokens: count().optional(),
    usd: usdAmount().optional(),
    per: oneOf(PERIODS, 'a period').optional(),
  }).superRefine((entry, context) => {
    const limits = UNITS.some((unit) => entry[unit] !== undefined)
    if (limits === (entry.per !== undefined)) return
    const message = limits
      ? `must be a period: ${listed(PERIODS)}; there is a quota`
      : `has no use without one of the keys ${listed(UNITS)}; remove it`
    context.addIssue({ code: 'custom', path: ['per'], message, params: limits ? {} : AT_KEY })
  })
}

/** `apiKeys`: several keys of one provider, by default called key1, key2 and so on. */
export function providerKeys() {
  const plain = providerKey().transform((key): Written => ({ key, weight: 1, priority: 1 }))
  const entry = byShape<Written>((input) => (typeof input === 'string' ? plain : pooledKey()))
  return z
    .array(entry, { error: `must be ${LIST}` })
    .min(1, { error: `must not be empty; it must be ${LIST}` })
    .max(MOST_KEYS, { error: `must be ${LIST}` })
    .transform((entries) => entries.map(settingsOf))
    .superRefine((keys, context) => {
      for (const [index, { name, key }] of keys.entries()) {
        const refuse = (message: string) => context.addIssue({ code: 'custom', path: [index], message })
        if (keys.some((other, at) => at !== index && other.name === name)) {
          refuse('has the name of another key, given or by its place in the list; each needs a name of its own')
        }
        if (keys.findIndex((other) => other.key === key) < index) refuse('is the same key as one before it; remove it')
      }
    })
}

interface Written {
  readonly key: string
  readonly name?: string | undefined
  readonly weight: number
  readonly priority: number
  readonly requests?: number | undefined
  readonly tokens?: number | undefined
  readonly usd?: number | undefined
  readonly per?: string | undefined
}

function settingsOf(written: Written, index: number): PooledKey {
  const { key, name = `key${index + 1}`, weight, priority } = written
  const quota = quotaOf(written)
  return { name, key, weight, priority, ...(quota && { quota }) }
}

function quotaOf({ requests, tokens, usd, per }: Written): KeyQuota | undefined {
  const period = per === 'minute' || per === 'hour' || per === 'day' ? PER[per] : undefined
  if (period === undefined) return undefined
  return {
    per: period,
    ...(requests !== undefined && { requests }),
    ...(tokens !== undefined && { tokens }),
    ...(usd !== undefined && { usd }),
  }
}
