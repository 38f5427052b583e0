import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatEvent } from '../../../core/chat.js'
import { createDeltaQueue } from '../../../policies/content/delta-queue.js'
import { piecesOf } from '../../../policies/content/piece.js'

type Delta = Extract<ChatEvent, { readonly type: 'delta' }>

const delta = (text: string, logprobs = false): Delta => ({
  ...{ type: 'delta', choice: 0, block: 0, text },
  ...(logprobs && { logprobs: [{ token: text }] }),
})

/** Deltas, each with the part of what then waits that stays as it is, in hundredths. */
const steps = fc.array(
  fc.record({
    text: fc.string({ maxLength: 6 }),
    logprobs: fc.nat(9).map((number) => number === 0),
    part: fc.constantFrom(0, 30, 60, 100),
  }),
  { maxLength: 12 },
)

test('a delta that passes has the events of one that is added and then settled', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const passing = createDeltaQueue()
      const adding = createDeltaQueue()
      let waiting = 0
      for (const { text, logprobs, part } of given) {
        waiting += text.length
        const same = Math.floor((waiting * part) / 100)
        waiting -= same
        adding.add(delta(text, logprobs))
        assert.deepEqual(passing.pass(delta(text, logprobs), same), adding.settle(piecesOf(same)))
      }
      assert.deepEqual(passing.settle(piecesOf(waiting)), adding.settle([{ kind: 'same', length: waiting }]))
    }),
    { numRuns: 3000 },
  )
})

test('a delta that passes whole goes out as it came', () => {
  const event = delta('some words')
  assert.equal(createDeltaQueue().pass(event, 10)[0], event)
})
