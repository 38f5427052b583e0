import { z } from 'zod'
import type { Alert, AlertStore, Raised } from '../../policies/alerts/alert.js'
import type { WebhookTarget } from '../../policies/alerts/settings.js'
import { json, type Operation, type Principal } from '../admin/operation.js'
import { isEverything, seesTeam } from '../admin/scope.js'
import { operation } from '../admin/typed-operation.js'
import { shown } from './payload.js'

export interface AlertOperationsOptions {
  /** Undefined where the configuration has no section `alerts` and had none. */
  stores(): readonly AlertStore[]
  webhooks(): readonly WebhookTarget[]
  /** Has a webhook told of an alert that says that it is a test, and delivers it soon. */
  test(webhook: string): Promise<Alert>
  /** What failed is for the log. */
  failed(error: unknown): void
}

const ALERT = z.object({
  id: z.string().meta({ description: 'The same in every delivery of the alert' }),
  kind: z.string(),
  at: z.string().meta({ description: 'ISO 8601' }),
  text: z.string(),
  budget: z.string().optional(),
  teams: z.array(z.string()).meta({ description: 'The teams that it is about; none where it is about others too' }),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
})
const LISTED = z.object({
  active: z.array(ALERT).meta({ description: 'In force: not raised again until what they are about is over' }),
  recent: z.array(ALERT).meta({ description: 'Newest first, at most 1,000' }),
})
const TEST = z.strictObject({ webhook: z.string().min(1).meta({ description: 'The name of a configured webhook' }) })

/** What was alerted on, and a test of a webhook. */
export function alertOperations(options: AlertOperationsOptions): readonly Operation[] {
  return [
    {
      method: 'GET',
      path: '/alerts',
      id: 'listAlerts',
      summary: 'The alerts that are in force, and the recent ones',
      tag: 'alerts',
      roles: ['admin', 'auditor', 'team-lead'],
      effect: 'reads',
      answers: {
        200: { description: 'The alerts; a team lead sees those about their own teams', json: LISTED },
        503: { description: 'The store of alerts does not answer' },
      },
      handle: ({ principal }) => list(options, principal),
    },
    operation({
      method: 'POST',
      path: '/alerts/test',
      id: 'testAlert',
      summary: 'Sends a test to a webhook, as every alert: signed, and again if it fails',
      tag: 'alerts',
      roles: ['admin'],
      effect: 'changes',
      body: TEST,
      answers: {
        202: { description: 'It is on its way', json: z.object({ id: z.string() }) },
        404: { description: 'There is no such webhook' },
        503: { description: 'The store of alerts does not answer' },
      },
      async handle({ body: { webhook }, note }) {
        note({ webhook })
        if (!options.webhooks().some(({ name }) => name === webhook)) {
          return json(404, { error: 'there is no webhook of that name' })
        }
        return unlessFailed(options, async () => json(202, { id: (await options.test(webhook)).id }))
      },
    }),
  ]
}

function list(options: AlertOperationsOptions, principal: Principal) {
  return unlessFailed(options, async () => {
    const kept = await Promise.all(
      options.stores().map(async (store) => ({ recent: await store.recent(), inForce: await store.inForce() })),
    )
    const active = kept.flatMap(({ inForce }) => [...inForce.values()].map(({ alert }: Raised) => alert))
    const recent = kept.flatMap(({ recent }) => recent)
    const newest = (alerts: readonly Alert[]) =>
      alerts
        .filter((alert) => sees(principal, alert))
        .sort((a, b) => b.at - a.at)
        .map(shown)
    return json(200, { active: newest(active), recent: newest(recent).slice(0, MOST) })
  })
}

const MOST = 1_000

function sees(principal: Principal, { teams }: Alert): boolean {
  return isEverything(principal) || (teams.length > 0 && teams.every((team) => seesTeam(principal, team)))
}

async function unlessFailed(options: AlertOperationsOptions, answer: () => Promise<ReturnType<typeof json>>) {
  try {
    return await answer()
  } catch (error) {
    options.failed(error)
    return json(503, { error: 'the store of alerts does not answer' })
  }
}
