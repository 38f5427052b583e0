import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FakeCall, FakeReply } from './fake-service.js'

const TOLERANCE = 300

/**
 * A receiver as the protocol asks for one: checks signature and time, takes no id twice, and answers what it is told. `now` is in
 * milliseconds.
 */
export function webhookReceiver(
  key: Buffer,
  now: () => number,
  answer: (body: Record<string, unknown>) => unknown,
): (call: FakeCall) => FakeReply {
  const seen = new Set<string>()
  return ({ headers, body }) => {
    const id = String(headers['webhook-id'])
    const timestamp = String(headers['webhook-timestamp'])
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
    const given = String(headers['webhook-signature']).split(' ').map(signatureIn)
    if (!given.some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected))) {
      return { status: 401, body: { error: { code: 'bad_signature' } } }
    }
    if (Math.abs(now() / 1000 - Number(timestamp)) > TOLERANCE) {
      return { status: 401, body: { error: { code: 'too_old' } } }
    }
    if (seen.has(id)) return { status: 409, body: { error: { code: 'replayed' } } }
    seen.add(id)
    return { status: 200, body: answer(JSON.parse(body)) }
  }
}

function signatureIn(entry: string): Buffer {
  const [version, signature = ''] = entry.split(',')
  return Buffer.from(version === 'v1' ? signature : '', 'base64')
}
