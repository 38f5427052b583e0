import type { Alert } from '../../policies/alerts/alert.js'

/** The JSON of an alert as receivers of the format `tollgate` get it. Members may be added to it. */
export function alertBody(alert: Alert): string {
  return JSON.stringify(shown(alert))
}

/** An alert as the admin API and webhooks show it. */
export function shown({ id, kind, at, text, budget, teams, facts }: Alert) {
  return {
    ...{ id, kind, at: new Date(at).toISOString(), text },
    ...(budget !== undefined && { budget }),
    teams: [...teams],
    facts: { ...facts },
  }
}

/**
 * An alert as Slack's incoming webhooks take it (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks): `text` for
 * notifications, blocks for the message. Names come from outside, so that control characters of Slack's markup are written as entities.
 */
export function slackBody(alert: Alert): string {
  const text = escaped(alert.text)
  const facts = Object.entries(alert.facts).filter(([, value]) => value !== null && value !== '')
  const fields = facts.slice(0, MOST_FIELDS).map(([name, value]) => `${escaped(name)}: ${escaped(String(value))}`)
  const context = [`${alert.kind}`, new Date(alert.at).toISOString(), ...fields].join('  |  ')
  return JSON.stringify({
    text: text.slice(0, MOST_TEXT),
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `${SIGNS[alert.kind]} ${text}`.slice(0, MOST_TEXT) } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: context.slice(0, MOST_TEXT) }] },
    ],
  })
}

const SIGNS: Readonly<Record<Alert['kind'], string>> = {
  threshold: ':bar_chart:',
  forecast: ':crystal_ball:',
  anomaly: ':warning:',
  'store-down': ':rotating_light:',
  test: ':wave:',
}

const MOST_FIELDS = 12
/** Slack takes 3,000 characters of a text in a block. */
const MOST_TEXT = 2900

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
