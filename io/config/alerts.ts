import { z } from 'zod'
import {
  ALERT_KINDS,
  type AlertSettings,
  type AnomalySettings,
  WATCHED,
  type WebhookTarget,
} from '../../policies/alerts/settings.js'
import { keyed, section } from './maps.js'
import { secretKey } from './pii-values.js'
import { choice } from './rule-values.js'
import { timeZone } from './time-zone.js'
import { uniqueNames } from './unique-names.js'
import { duration, flag, integer, text } from './values.js'

const MOST_THRESHOLDS = 20
const MOST_WEBHOOKS = 20
const NANO = 1_000_000_000

/** The section `alerts`: absent where nobody wants any. */
export function alerts() {
  return section({
    thresholds: thresholds(),
    forecast: section({ enabled: flag().default(true), probability: integer(50, 99).default(80) }),
    anomalies: anomalies(),
    every: duration(1000).default(30_000),
    timeZone: timeZone().default('UTC'),
    webhooks: z
      .array(webhook(), { error: WEBHOOKS })
      .max(MOST_WEBHOOKS, { error: WEBHOOKS })
      .superRefine(uniqueNames('webhook'))
      .default([]),
  })
    .transform((written): AlertSettings => written)
    .optional()
}

const WEBHOOKS = `must be a list of at most ${MOST_WEBHOOKS} webhooks, each { name: ..., url: ..., secret: ... }`

function thresholds() {
  const error = `must be a list of at most ${MOST_THRESHOLDS} different percentages from 1 to 1000, as [50, 80, 100]`
  return z
    .array(integer(1, 1000), { error })
    .max(MOST_THRESHOLDS, { error })
    .refine((list) => new Set(list).size === list.length, { error })
    .transform((list) => list.toSorted((a, b) => a - b))
    .default([50, 80, 100])
}

function anomalies() {
  const watched = `a list of what spending is watched by: ${WATCHED.join(', ')}`
  const least = 'must be a number of US dollars from 0 to 1000000'
  return section({
    enabled: flag().default(true),
    watch: list(WATCHED, watched).default(['total', 'budget', 'team', 'model']),
    deviations: z
      .number({ error: DEVIATIONS })
      .min(1, { error: DEVIATIONS })
      .max(100, { error: DEVIATIONS })
      .default(3.5),
    atLeastUsd: z.number({ error: least }).min(0, { error: least }).max(1_000_000, { error: least }).default(1),
    atLeastRequests: integer(0, NANO).default(100),
  }).transform(({ atLeastUsd, ...rest }): AnomalySettings => {
    return { ...rest, atLeastNano: Math.round(atLeastUsd * NANO) }
  })
}

const DEVIATIONS = 'must be a number from 1 to 100'

function webhook() {
  const name = 'must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed'
  return keyed({
    name: z.string({ error: name }).regex(/^[A-Za-z0-9._-]{1,64}$/, { error: name }),
    url: webhookUrl(),
    secret: secretKey().optional(),
    format: choice(['tollgate', 'slack'], 'a format').default('tollgate'),
    kinds: list(ALERT_KINDS, `a list of kinds of alerts: ${ALERT_KINDS.join(', ')}`).optional(),
    budgets: texts('names of budgets').optional(),
    teams: texts('teams').optional(),
    timeout: duration(100)
      .refine((timeout) => timeout <= 60_000, { error: 'must be at most 60s' })
      .default(10_000),
  })
    .superRefine(({ format, secret }, context) => {
      if (format !== 'tollgate' || secret !== undefined) return
      const message = 'is needed: receivers of this format check who sent an alert by it'
      context.addIssue({ code: 'custom', path: ['secret'], message })
    })
    .transform((written): WebhookTarget => written)
}

/** May have a query, where some services have their credential, and is never quoted. */
function webhookUrl() {
  const error = 'must be a URL that begins with https:// or http://, without credentials before the host and without #'
  return z.string({ error }).refine(
    (written) => {
      if (!/^https?:\/\/[^\s\\/]/i.test(written) || /[\s\\#]/.test(written) || !URL.canParse(written)) return false
      const { username, password } = new URL(written)
      return username === '' && password === ''
    },
    { error },
  )
}

function list<const Word extends string>(words: readonly Word[], what: string) {
  const error = `must be ${what}, each once and at least one`
  return z
    .array(choice(words, `one of these`), { error })
    .min(1, { error })
    .refine((written) => new Set(written).size === written.length, { error })
}

function texts(what: string) {
  const error = `must be a list of ${what}, at least one`
  return z.array(text('text'), { error }).min(1, { error })
}
