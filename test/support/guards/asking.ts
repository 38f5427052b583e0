import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createServiceTransport } from '../../../io/guards/service-transport.js'
import { systemClock } from '../../../io/system-clock.js'
import type { RemoteGuard } from '../../../policies/guardrails/external/question.js'
import type { AnswerText, GuardedRequest, Judgement, Segment } from '../../../policies/guardrails/guard.js'
import { type Send, ServiceFailure, type Services } from '../../../policies/services/transport.js'
import { TURNS } from '../turns.js'

/** Services that are asked like this. */
export const through = (send: Send): Services => ({ send, turns: TURNS })

/** The real transport, closed with the test. */
export function sender(t: TestContext): Services {
  const transport = createServiceTransport({
    clock: systemClock,
    wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  })
  t.after(() => transport.close())
  return through(transport.send)
}

/** A signal that is never aborted. */
export const lasting = () => new AbortController().signal

export function guarded(segments: readonly Segment[], more: Partial<GuardedRequest> = {}): GuardedRequest {
  return { id: 'req-1', identity: { tags: {} }, model: 'gpt-4', messages: 1, segments, found: {}, ...more }
}

export const user = (text: string): Segment => ({ text, source: 'user' })

/** What the guard says of a request with these texts. */
export async function judged(guard: RemoteGuard, segments: readonly Segment[], signal = lasting()): Promise<Judgement> {
  return (await guard.open(guarded(segments)).request?.(signal)) ?? assert.fail('the guard reads no requests')
}

/** What the guard says of an answer with this text. */
export async function judgedAnswer(
  guard: RemoteGuard,
  text: string,
  more: Partial<AnswerText> = {},
): Promise<Judgement> {
  const answer: AnswerText = { kind: 'text', choice: 0, text, from: 0, ended: true, ...more }
  return (await guard.open(guarded([])).answer?.([answer], lasting())) ?? assert.fail('the guard reads no answers')
}

/** The message of the failure that the promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  const cause = await promise.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  )
  assert.ok(cause instanceof ServiceFailure, String(cause))
  return cause.message
}

/** A deadline that the test ends by hand. */
export function deadline(): { readonly signal: AbortSignal; pass(): void; hangUp(): void } {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    pass: () => controller.abort(new DOMException('too late', 'TimeoutError')),
    hangUp: () => controller.abort(),
  }
}

/** The places of a hit that say what to write, put into the texts. */
export function applied(texts: readonly string[], judgement: Judgement): readonly string[] {
  assert.ok(judgement.kind === 'hit' && judgement.places)
  const places = [...judgement.places].sort((left, right) => right.start - left.start)
  return texts.map((text, index) =>
    places
      .filter((place) => place.text === index)
      .reduce(
        (whole, { start, end, replacement }) => whole.slice(0, start) + (replacement ?? '█') + whole.slice(end),
        text,
      ),
  )
}
