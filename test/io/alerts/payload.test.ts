import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertBody, slackBody } from '../../../io/alerts/payload.js'
import { jsonAt } from '../../support/json-at.js'
import { alertOf } from './sample.js'

test('the body has what the alert says, its time in ISO 8601', () => {
  assert.deepEqual(JSON.parse(alertBody(alertOf('a'))), {
    ...{ id: 'a', kind: 'threshold', at: '2026-06-10T12:00:00.000Z', text: 'Budget red has reached 80 %.' },
    ...{ budget: 'red', teams: ['red'], facts: { threshold: 80, windowEnd: null } },
  })
})

test('in Slack no name can mention anybody or make a link', () => {
  const alert = alertOf('a', { text: 'Budget <!channel> & <https://evil.test|here>', facts: { for: 'user=<@U1>' } })
  const body = slackBody(alert)
  assert.ok(!/[<>]/.test(body))
  assert.equal(jsonAt(JSON.parse(body), 'text'), 'Budget &lt;!channel&gt; &amp; &lt;https://evil.test|here&gt;')
  assert.equal(jsonAt(JSON.parse(body), 'blocks', 0, 'text', 'type'), 'mrkdwn')
  assert.match(String(jsonAt(JSON.parse(body), 'blocks', 1, 'elements', 0, 'text')), /for: user=&lt;@U1&gt;/)
})

test('texts stay below what Slack takes', () => {
  const body = slackBody(alertOf('a', { text: 'x'.repeat(5000), facts: { for: 'y'.repeat(5000) } }))
  for (const place of [['blocks', 0, 'text', 'text'], ['blocks', 1, 'elements', 0, 'text'], ['text']] as const) {
    assert.ok(String(jsonAt(JSON.parse(body), ...place)).length <= 3000)
  }
})
