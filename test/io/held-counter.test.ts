import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Counter, Registry } from 'prom-client'
import { heldCounter } from '../../io/held-counter.js'

const shape = { name: 'calls_total', help: 'Calls.', labelNames: ['who', 'what'] } as const

test('a held counter reads as prom-client’s own, however often it is read in between', async () => {
  const word = fc.constantFrom('', 'a', 'b', 'toString', '__proto__')
  const step = fc.oneof(fc.tuple(word, word, fc.integer({ min: 0, max: 9 })), fc.constant('read' as const))
  await fc.assert(
    fc.asyncProperty(fc.array(step), async (steps) => {
      const [mine, theirs] = [new Registry(), new Registry()]
      const held = heldCounter({ ...shape, registers: [mine] })
      const plain = new Counter({ ...shape, labelNames: [...shape.labelNames], registers: [theirs] })
      for (const given of steps) {
        if (given === 'read') await mine.metrics()
        else {
          const [who, what, amount] = given
          held.add([who, what], amount)
          if (amount > 0) plain.inc({ who, what }, amount)
        }
      }
      const sorted = (text: string) => text.split('\n').sort()
      assert.deepEqual(sorted(await mine.metrics()), sorted(await theirs.metrics()))
    }),
  )
})

test('one is added unless another amount is said, and figures as data hold it too', async () => {
  const registry = new Registry()
  const held = heldCounter({ ...shape, registers: [registry] })
  held.add(['ann', 'x'])
  held.add(['ann', 'x'], 0.5)
  const [figures] = await registry.getMetricsAsJSON()
  assert.deepEqual(figures?.values, [{ value: 1.5, labels: { who: 'ann', what: 'x' } }])
})
