import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { GatewayError } from '../../../core/errors.js'
import type { AuditRecord } from '../../../io/audit/record.js'
import { createRecorder, type RecorderOptions } from '../../../io/audit/recorder.js'
import type { Heard } from '../../../policies/audit/port.js'
import type { AuditRule } from '../../../policies/audit/settings.js'
import { outcomeOf } from '../../policies/audit/parts.js'
import { target } from '../../policies/fakes.js'

const RULE: AuditRule = { name: 'default', match: new Map(), content: 'redacted', keep: 30 }
const SAID = { prompt: [{ role: 'user', kind: 'text', text: 'hello' }], answer: [] } as const

/** What is heard at once. */
const heard =
  (conversation: Heard['conversation'], characters = 5) =>
  () => ({ characters, conversation })

function recorderWith(more: Partial<RecorderOptions> = {}) {
  const kept: AuditRecord[] = []
  let failures = 0
  const writer = { add: (record: AuditRecord) => void kept.push(record), hasRoom: () => true }
  const recorder = createRecorder({
    clock: { now: () => 1_000_025 },
    writer: () => writer,
    onFull: () => 'refuse',
    ruleOf: () => RULE,
    redactionFailed: () => failures++,
    ...more,
  })
  return { recorder, kept, failures: () => failures }
}

test('a record has what became of the request, and when it came', () => {
  const { recorder, kept } = recorderWith()
  const error = new GatewayError('model_not_allowed', 'no', { rule: 'no-nights' })
  const failures = [{ target: target('down/m'), error: new GatewayError('upstream_unavailable', 'x') }]
  const identity = { user: 'ann', key: 'k1', tags: { env: 'prod' }, grant: { models: ['m'] } }
  recorder.ended(outcomeOf({ error, status: 403, failures, identity, label: 'public', overheadMs: 0.123456 }))
  const [record] = kept
  assert.equal(record?.at, new Date(1_000_000).toISOString())
  assert.deepEqual(record?.caller, { user: 'ann', key: 'k1', tags: { env: 'prod' } })
  assert.deepEqual([record?.code, record?.rule, record?.label], ['model_not_allowed', 'no-nights', 'public'])
  assert.deepEqual(record?.unasked, [{ target: 'down/m', code: 'upstream_unavailable' }])
  assert.equal(record?.overheadMs, 0.12)
  assert.equal(record?.attempts[0]?.nano, '1500000')
  assert.equal(record?.model, undefined)
})

test('what a client called a model that is none is not in it', () => {
  const { recorder, kept } = recorderWith()
  recorder.ended(outcomeOf({ attempts: [], chain: [], how: 'refused', status: 404 }))
  assert.equal(kept[0]?.model, undefined)
})

test('what was said is put to its own request', async () => {
  const { recorder, kept } = recorderWith()
  const [one, other] = [outcomeOf({ id: 'same' }), outcomeOf({ id: 'same' })]
  recorder.captured(one, { model: 'gpt', rule: RULE, read: heard(async () => SAID) })
  recorder.ended(other)
  recorder.ended(one)
  assert.equal(recorder.making(), 1)
  await recorder.settled()
  assert.deepEqual(
    kept.map(({ model, prompt }) => [model, prompt?.[0]?.text]),
    [
      [undefined, undefined],
      ['gpt', 'hello'],
    ],
  )
  assert.equal(recorder.making(), 0)
})

test('what cannot be masked is not kept, and the record says so', async () => {
  const { recorder, kept, failures } = recorderWith()
  const outcome = outcomeOf()
  const conversation = () => Promise.reject(new Error('hello'))
  recorder.captured(outcome, { model: 'gpt', rule: RULE, read: heard(conversation) })
  recorder.ended(outcome)
  await recorder.settled()
  assert.equal(kept[0]?.contentLost, 'redaction failed')
  assert.equal(kept[0]?.prompt, undefined)
  assert.equal(failures(), 1)
})

test('what waits to be masked is bounded', async () => {
  const { recorder, kept } = recorderWith()
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  for (let at = 0; at < 300; at++) {
    const outcome = outcomeOf()
    recorder.captured(outcome, { model: 'gpt', rule: RULE, read: heard(() => held.then(() => SAID)) })
    recorder.ended(outcome)
  }
  assert.equal(kept.filter(({ contentLost }) => contentLost === 'too much was waiting').length, 300 - 256)
  const large = outcomeOf()
  release()
  await recorder.settled()
  recorder.captured(large, { model: 'gpt', rule: RULE, read: heard(async () => SAID, 1e9) })
  recorder.ended(large)
  assert.equal(kept.at(-1)?.contentLost, 'too much was waiting')
  assert.equal(kept.length, 301)
})

test('what takes turns to be read is waited for, and comes in its order', async () => {
  const { recorder, kept } = recorderWith()
  const [long, short] = [outcomeOf({ id: 'long' }), outcomeOf({ id: 'short' })]
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  recorder.captured(long, { model: 'gpt', rule: RULE, read: () => held.then(heard(() => SAID)) })
  recorder.captured(short, { model: 'gpt', rule: RULE, read: heard(() => SAID) })
  recorder.ended(long)
  recorder.ended(short)
  assert.equal(recorder.making(), 2)
  release()
  await recorder.settled()
  assert.deepEqual(
    kept.map(({ request, prompt }) => [request, prompt?.length]),
    [
      ['long', 1],
      ['short', 1],
    ],
  )
  assert.equal(recorder.making(), 0)
})

test('what cannot be read is not kept, and the record says so', async () => {
  const reads = [
    () => Promise.reject(new Error('hello')),
    () => {
      throw new Error('hello')
    },
  ]
  for (const read of reads) {
    const { recorder, kept, failures } = recorderWith()
    const outcome = outcomeOf()
    recorder.captured(outcome, { model: 'gpt', rule: RULE, read })
    recorder.ended(outcome)
    await recorder.settled()
    assert.deepEqual([kept[0]?.contentLost, kept[0]?.prompt, failures()], ['redaction failed', undefined, 1])
    assert.equal(recorder.making(), 0)
  }
})

test('what is being read is bounded like what waits: of more nothing is read, and of too much nothing is kept', async () => {
  const { recorder, kept } = recorderWith()
  let reading = 0
  const end = (characters: number) => {
    const outcome = outcomeOf()
    const read = async () => {
      reading++
      return { characters, conversation: () => SAID }
    }
    recorder.captured(outcome, { model: 'gpt', rule: RULE, read })
    recorder.ended(outcome)
  }
  for (let at = 0; at < 300; at++) end(5)
  assert.equal(reading, 256)
  await recorder.settled()
  end(1e9)
  await recorder.settled()
  assert.equal(kept.at(-1)?.contentLost, 'too much was waiting')
  end(5)
  await recorder.settled()
  assert.equal(kept.at(-1)?.prompt, SAID.prompt)
})

test('a record that takes turns to be written is waited for', async () => {
  const { kept } = recorderWith()
  const add = async (record: AuditRecord) => {
    await setImmediate()
    kept.push(record)
  }
  const { recorder } = recorderWith({ writer: () => ({ add, hasRoom: () => true }) })
  for (const id of ['one', 'other']) {
    const outcome = outcomeOf({ id })
    recorder.captured(outcome, { model: 'gpt', rule: RULE, read: heard(() => SAID) })
    recorder.ended(outcome)
  }
  await recorder.settled()
  assert.deepEqual(
    kept.map(({ request }) => request),
    ['one', 'other'],
  )
})

test('requests go on as long as there is room, or may go on without', () => {
  const full = { writer: () => ({ add() {}, hasRoom: () => false }) }
  assert.equal(recorderWith().recorder.mayGoOn(), true)
  assert.equal(recorderWith(full).recorder.mayGoOn(), false)
  assert.equal(recorderWith({ ...full, onFull: () => 'admit' }).recorder.mayGoOn(), true)
  assert.equal(recorderWith({ writer: () => undefined }).recorder.mayGoOn(), false)
})
