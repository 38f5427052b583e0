import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitOf } from '../../core/rate-limit-reset.js'

const NOW = Date.parse('2026-01-31T12:00:00Z')

const waitIn = (headers: Readonly<Record<string, string>>) => waitOf((name) => headers[name], NOW)

test('retry-after goes before everything else', () => {
  assert.equal(
    waitIn({ 'retry-after': '7', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '60s' }),
    7,
  )
  assert.equal(waitIn({ 'retry-after-ms': '250' }), 0.25)
})

test('of the limits that are used up the last to begin anew counts', () => {
  const headers = {
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '12ms',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '6m0s',
  }
  assert.equal(waitIn(headers), 360)
  assert.equal(waitIn({ ...headers, 'x-ratelimit-remaining-tokens': '10' }), 0.012)
})

test('nothing is read from limits of which something is left', () => {
  assert.equal(waitIn({ 'x-ratelimit-remaining-requests': '4', 'x-ratelimit-reset-requests': '5s' }), undefined)
  assert.equal(waitIn({ 'x-ratelimit-reset-requests': '5s' }), undefined)
  assert.equal(waitIn({ 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-reset-tokens': '0' }), undefined)
})

for (const [form, reset, seconds] of [
  ["Groq's duration", '2m59.56s', 179.56],
  ['seconds', '37', 37],
  ['fractions of seconds', '37.5', 37.5],
  ['a day and an hour', '1d1h', 90_000],
  ['seconds since the epoch', String(NOW / 1000 + 90), 90],
  ['milliseconds since the epoch', String(NOW + 1500), 1.5],
  ['a time of RFC 3339', '2026-01-31T12:01:00Z', 60],
  ['a time that has passed', '2026-01-31T11:00:00Z', 0],
  ['words', 'soon', undefined],
  ['nothing', '', undefined],
] as const) {
  test(`reads ${form}`, () => {
    assert.equal(waitIn({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }), seconds)
    const anthropic = { 'anthropic-ratelimit-tokens-remaining': '0', 'anthropic-ratelimit-tokens-reset': reset }
    assert.equal(waitIn(anthropic), seconds)
  })
}
