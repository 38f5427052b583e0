import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../core/errors.js'
import { createRenewal, type Fetched } from '../../../io/credentials/renewal.js'
import { createFakeTime } from '../ledger/fake-time.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A source that answers when it is told to; values are numbered. */
function fakeSource(random = 0) {
  const time = createFakeTime()
  const calls: { readonly signal: AbortSignal; end(fetched: Fetched<string>): void; fail(cause: unknown): void }[] = []
  const failures: { readonly reason: string; readonly left: number; readonly at: number }[] = []
  let recoveries = 0
  const renewal = createRenewal<string>({
    fetch: (signal) =>
      new Promise((end, fail) => {
        calls.push({ signal, end, fail })
      }),
    clock: time.clock,
    schedule: time.schedule,
    random: () => random,
    failed: (reason, left) => failures.push({ reason, left, at: time.clock.now() }),
    recovered: () => {
      recoveries += 1
    },
  })
  const now = () => time.clock.now()
  /** Ends the last call with the value `token N`, good for `life` from now. */
  const give = async (life?: number) => {
    calls.at(-1)?.end({ value: `token ${calls.length}`, ...(life !== undefined && { expiresAt: now() + life }) })
    await time.advance(0)
  }
  const refuse = async () => {
    calls.at(-1)?.fail(new Error('secret words'))
    await time.advance(0)
  }
  /** Turns the clock in steps until the source is asked once more; returns the milliseconds that took. */
  const nextCall = async (step: number) => {
    const [from, before] = [now(), calls.length]
    while (calls.length === before) {
      assert.ok(now() - from < 2 * HOUR, 'the source was not asked again')
      await time.advance(step)
    }
    return now() - from
  }
  return { time, calls, failures, renewal, now, give, refuse, nextCall, recoveries: () => recoveries }
}

const unavailable = (error: unknown) => error instanceof GatewayError && error.code === 'upstream_unavailable'

test('a thousand callers at once cause one fetch, and later ones wait for nothing', async () => {
  const { renewal, calls, give } = fakeSource()
  const asked = Array.from({ length: 1000 }, () => Promise.resolve(renewal.get()))
  await give(HOUR)
  assert.deepEqual(new Set(await Promise.all(asked)), new Set(['token 1']))
  assert.equal(calls.length, 1)
  assert.equal(renewal.get(), 'token 1')
})

test('nothing is fetched before somebody asks', async () => {
  const { calls, time, renewal, give } = fakeSource()
  await time.advance(HOUR)
  assert.equal(calls.length, 0)
  renewal.begin()
  renewal.begin()
  await give(HOUR)
  renewal.begin()
  assert.equal(calls.length, 1)
  assert.equal(renewal.get(), 'token 1')
})

test('renews ten minutes ahead, while callers are served what is held', async () => {
  const { renewal, calls, time, give } = fakeSource()
  renewal.begin()
  await give(HOUR)
  await time.advance(50 * MINUTE - 1)
  assert.equal(calls.length, 1)
  await time.advance(1)
  assert.equal(calls.length, 2)
  assert.equal(renewal.get(), 'token 1')
  await give(HOUR)
  assert.equal(renewal.get(), 'token 2')
  await time.advance(50 * MINUTE)
  assert.equal(calls.length, 3)
})

test('chance moves a renewal forward by up to a tenth, so that processes do not renew in step', async () => {
  const { renewal, calls, time, give } = fakeSource(0.999)
  renewal.begin()
  await give(HOUR)
  await time.advance(44 * MINUTE)
  assert.equal(calls.length, 1)
  await time.advance(MINUTE + 6_000)
  assert.equal(calls.length, 2)
})

test('a source that gives the same value until shortly before its end is asked again and again, ever sooner', async () => {
  const { renewal, calls, time, now, nextCall } = fakeSource()
  const end = HOUR
  const asked: number[] = []
  renewal.begin()
  while (now() < end - 2 * MINUTE) {
    const value = now() >= end - 5 * MINUTE ? 'new' : 'old'
    asked.push(now() / MINUTE)
    calls.at(-1)?.end({ value, expiresAt: value === 'new' ? now() + HOUR : end })
    await time.advance(0)
    if (value === 'new') break
    await nextCall(1000)
  }
  assert.deepEqual(asked, [0, 50, 55])
  assert.equal(renewal.get(), 'new')
})

test('short-lived values are renewed at half of their life', async () => {
  const { renewal, calls, time, give } = fakeSource()
  renewal.begin()
  await give(MINUTE)
  await time.advance(30_000)
  assert.equal(calls.length, 2)
})

test('a value without an end is served for ever, and looked for every quarter of an hour', async () => {
  const { renewal, calls, time, give, refuse } = fakeSource()
  renewal.begin()
  await give()
  await time.advance(15 * MINUTE)
  assert.equal(calls.length, 2)
  await refuse()
  assert.equal(renewal.get(), 'token 1')
  await time.advance(1000)
  await give()
  assert.equal(renewal.get(), 'token 3')
})

test('when renewals fail the old value serves until it really ends; then callers fail at once, until one succeeds', async () => {
  const { renewal, calls, failures, time, give, refuse, nextCall, recoveries } = fakeSource()
  renewal.begin()
  await give(HOUR)
  await time.advance(50 * MINUTE)
  await refuse()
  assert.equal(failures[0]?.left, 10 * MINUTE)
  const retried: number[] = []
  while (retried.length < 7) {
    retried.push(await nextCall(500))
    assert.equal(renewal.get(), 'token 1')
    await refuse()
  }
  assert.deepEqual(retried, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  while (time.clock.now() < HOUR - 1000) {
    await time.advance(1000)
    await refuse()
    assert.equal(renewal.get(), 'token 1')
  }
  await time.advance(1000)
  assert.throws(() => renewal.get(), unavailable)
  assert.equal(failures.at(-1)?.reason, 'Error')
  await nextCall(1000)
  assert.throws(() => renewal.get(), unavailable, 'nobody waits for a retry')
  assert.equal(recoveries(), 0)
  await give(HOUR)
  assert.equal(recoveries(), 1)
  assert.equal(renewal.get(), `token ${calls.length}`)
})

test('chance shortens the back-off by up to a half', async () => {
  const { renewal, calls, time, refuse } = fakeSource(0.999)
  Promise.resolve(renewal.get()).catch(() => {})
  await refuse()
  assert.throws(() => renewal.get(), unavailable)
  await time.advance(499)
  assert.equal(calls.length, 1)
  await time.advance(2)
  assert.equal(calls.length, 2)
})

test('a source that fails is left alone while nobody asks, and asked as if for the first time later', async () => {
  const { renewal, calls, time, give, refuse } = fakeSource()
  const first = Promise.resolve(renewal.get())
  const refused = assert.rejects(first, unavailable)
  await refuse()
  await refused
  await time.advance(24 * HOUR)
  assert.equal(calls.length, 1)
  assert.equal(time.timers(), 0)
  const second = renewal.get()
  await give(HOUR)
  assert.equal(await second, 'token 2')
})

test('a fetch that does not end is given up after 20 s, told so, and retried', async () => {
  const { renewal, calls, failures, time } = fakeSource()
  const asked = assert.rejects(Promise.resolve(renewal.get()), unavailable)
  await time.advance(19_999)
  assert.equal(failures.length, 0)
  await time.advance(1)
  await asked
  assert.match(failures[0]?.reason ?? '', /no answer within 20000 ms/)
  assert.equal(calls[0]?.signal.aborted, true)
  assert.throws(() => renewal.get(), unavailable)
  await time.advance(1000)
  assert.equal(calls.length, 2)
})

test('what has expired when it comes is a failure', async () => {
  const { renewal, failures, give } = fakeSource()
  const asked = assert.rejects(Promise.resolve(renewal.get()), unavailable)
  await give(0)
  await asked
  assert.match(failures[0]?.reason ?? '', /expired already; is the clock right\?/)
})

test('after a sleep of the machine callers wait for one fetch, in place of being given what has ended', async () => {
  const time = createFakeTime()
  let fetches = 0
  let slept = 0
  const renewal = createRenewal<number>({
    fetch: async () => ({ value: ++fetches, expiresAt: slept + HOUR }),
    clock: { now: () => slept },
    schedule: time.schedule,
    random: () => 0,
    failed: () => {},
    recovered: () => {},
  })
  assert.equal(await renewal.get(), 1)
  slept = 2 * HOUR
  assert.deepEqual(await Promise.all([renewal.get(), renewal.get()]), [2, 2])
})

test('the error that requests get says nothing of what the source said', async () => {
  const { renewal, refuse } = fakeSource()
  const asked = Promise.resolve(renewal.get()).catch((error: unknown) => error)
  await refuse()
  const error = await asked
  assert.ok(error instanceof GatewayError)
  assert.doesNotMatch(`${error.message} ${error.cause} ${error.stack}`, /secret words/)
})

test('stopped, it renews nothing, and still fetches for those who ask', async () => {
  const { renewal, calls, time, give, refuse } = fakeSource()
  renewal.begin()
  await give(HOUR)
  renewal.stop()
  assert.equal(time.timers(), 0)
  assert.equal(renewal.get(), 'token 1')
  await time.advance(2 * HOUR)
  assert.equal(calls.length, 1)
  const refused = assert.rejects(Promise.resolve(renewal.get()), unavailable)
  await refuse()
  await refused
  const asked = renewal.get()
  await give(HOUR)
  assert.equal(await asked, 'token 3')
  assert.equal(time.timers(), 0)
})

test('no timer keeps the process alive', async () => {
  const { renewal, time, give, refuse } = fakeSource()
  renewal.begin()
  assert.ok(time.timers() > 0)
  assert.equal(time.awaited(), 0)
  await give(MINUTE)
  await time.advance(30_000)
  await refuse()
  assert.ok(time.timers() > 0)
  assert.equal(time.awaited(), 0)
})

test('whatever a source does: one fetch at a time, never a value that has ended, no waiting beside a valid one', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('give' as const), life: fc.integer({ min: -1000, max: 2 * HOUR }) }),
    fc.record({ kind: fc.constant('refuse' as const) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: HOUR }) }),
    fc.record({ kind: fc.constant('ask' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.double({ min: 0, max: 0.999 }), async (steps, random) => {
      const time = createFakeTime()
      let open: { end(fetched: Fetched<number>): void; fail(): void } | undefined
      let most = 0
      const renewal = createRenewal<number>({
        fetch: (signal) => {
          assert.equal(open, undefined, 'two fetches at once')
          return new Promise((end, fail) => {
            open = { end, fail }
            signal.addEventListener('abort', () => {
              open = undefined
            })
          })
        },
        clock: time.clock,
        schedule: time.schedule,
        random: () => random,
        failed: () => {},
        recovered: () => {},
      })
      for (const step of steps) {
        if (step.kind === 'wait') await time.advance(step.ms)
        else if (step.kind === 'ask') {
          const valid = most > time.clock.now()
          try {
            const got = renewal.get()
            if (got instanceof Promise) {
              assert.ok(!valid, 'waited beside a valid value')
              got.catch(() => {})
            } else assert.ok(got > time.clock.now(), 'a value that has ended')
          } catch (error) {
            assert.ok(unavailable(error), String(error))
            assert.ok(!valid, 'failed beside a valid value')
          }
        } else if (open) {
          const { end, fail } = open
          open = undefined
          const expiresAt = time.clock.now() + (step.kind === 'give' ? step.life : 0)
          if (step.kind === 'refuse') fail()
          else {
            // A value's number is its end.
            if (expiresAt > time.clock.now()) most = expiresAt
            end({ value: expiresAt, expiresAt })
          }
          await time.advance(0)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('says beforehand that nobody can have a value, and being asked for it keeps it trying', async () => {
  const { renewal, calls, nextCall, give, refuse } = fakeSource()
  assert.equal(renewal.refusal(), undefined)
  renewal.begin()
  await refuse()
  assert.equal(renewal.refusal()?.code, 'upstream_unavailable')
  await nextCall(100)
  assert.equal(calls.length, 2)
  await give(HOUR)
  assert.equal(renewal.refusal(), undefined)
  assert.equal(renewal.get(), 'token 2')
})

test('refuses nothing while what it holds is valid', async () => {
  const { renewal, time, give, refuse } = fakeSource()
  renewal.begin()
  await give(HOUR)
  await time.advance(50 * MINUTE)
  await refuse()
  assert.equal(renewal.refusal(), undefined)
})
