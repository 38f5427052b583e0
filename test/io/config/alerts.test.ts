import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, fakeSource } from './sample.js'

const SECRET = 'a secret of the tests'

/** The section as it is read from a file. */
function alertsOf(section: unknown, env: Readonly<Record<string, string>> = {}) {
  const file = {
    version: 1,
    providers: { openai: { kind: 'openai' } },
    models: { 'gpt-4': { targets: [{ provider: 'openai', model: 'gpt-4o' }] } },
    ...(section === undefined ? {} : { alerts: section }),
  }
  return configOf(JSON.stringify(file), fakeSource({}, env)).alerts
}

const fromEnvironment = (name: string) => `\${${name}}`

const refuses = (section: unknown, message: RegExp) =>
  assert.throws(
    () => alertsOf(section),
    (error) => message.test(String(error)),
  )

test('without the section there are no alerts; an empty one has everything by default', () => {
  assert.equal(alertsOf(undefined), undefined)
  assert.deepEqual(alertsOf({}), {
    thresholds: [50, 80, 100],
    forecast: { enabled: true, probability: 80 },
    anomalies: {
      ...{ enabled: true, watch: ['total', 'budget', 'team', 'model'], deviations: 3.5 },
      ...{ atLeastNano: 1_000_000_000, atLeastRequests: 100 },
    },
    ...{ every: 30_000, timeZone: 'UTC', webhooks: [] },
  })
})

test('thresholds are put in order; the same one twice is refused', () => {
  assert.deepEqual(alertsOf({ thresholds: [90, 10] })?.thresholds, [10, 90])
  assert.deepEqual(alertsOf({ thresholds: [] })?.thresholds, [])
  refuses({ thresholds: [50, 50] }, /different percentages/)
  refuses({ thresholds: [0] }, /whole number from 1 to 1000/)
})

test('a webhook has its secret from the environment, and needs one for the format tollgate', () => {
  const webhook = { name: 'ops', url: fromEnvironment('URL'), secret: fromEnvironment('SECRET') }
  const [read] = alertsOf({ webhooks: [webhook] }, { URL: 'https://w.test/x?key=1', SECRET })?.webhooks ?? []
  assert.equal(read?.url, 'https://w.test/x?key=1')
  assert.equal(read?.secret, SECRET)
  assert.equal(read?.timeout, 10_000)
  refuses({ webhooks: [{ name: 'ops', url: 'https://w.test' }] }, /is needed/)
  assert.equal(alertsOf({ webhooks: [{ name: 's', url: 'https://w.test', format: 'slack' }] })?.webhooks.length, 1)
})

test('what is wrong with a webhook is said without its URL', () => {
  for (const url of [
    'ftp://w.test/hush',
    'https://u:hush@w.test',
    'https://w.test/#hush',
    'hush',
    'https://w.test/hu sh',
  ]) {
    try {
      alertsOf({ webhooks: [{ name: 'ops', url, secret: SECRET }] })
      assert.fail('accepted')
    } catch (error) {
      assert.match(String(error), /must be a URL that begins with https/)
      assert.doesNotMatch(String(error), /hush/)
    }
  }
})

test('names are given once, and unknown keys, kinds and things to watch are refused', () => {
  const webhook = { name: 'ops', url: 'https://w.test', secret: SECRET }
  refuses({ webhooks: [webhook, webhook] }, /more than one webhook/)
  refuses({ webhooks: [{ ...webhook, kind: ['threshold'] }] }, /unknown key/)
  refuses({ webhooks: [{ ...webhook, kinds: ['treshold'] }] }, /threshold/)
  refuses({ webhooks: [{ ...webhook, kinds: [] }] }, /at least one/)
  refuses({ anomalies: { watch: ['team', 'team'] } }, /each once/)
  refuses({ anomalies: { watch: ['user'] } }, /one of these/)
  refuses({ forecast: { probability: 20 } }, /from 50 to 99/)
  refuses({ timeZone: 'Mars' }, /time zone/)
})
