import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { atOnce } from '../../../../core/turns.js'
import { pairResults } from '../../../../llm/dialects/shared/pair-results.js'

/** Results as `id:what it says`. */
function paired(ids: readonly string[], said: readonly string[]) {
  const results = said.map((result) => ({ callId: result.split(':')[0] ?? '', result }))
  const { answers, beyond } = atOnce(pairResults(ids, results))
  return { answers: answers.map((answer) => answer?.result), beyond: beyond.map(({ result }) => result) }
}

test('results come in the order of their calls', () => {
  assert.deepEqual(paired(['a', 'b'], ['b:1', 'a:2']), { answers: ['a:2', 'b:1'], beyond: [] })
  assert.deepEqual(paired(['a', 'a'], ['a:1', 'a:2']), { answers: ['a:1', 'a:2'], beyond: [] })
})

test('a call without a result gets what is left over, and none where nothing is', () => {
  assert.deepEqual(paired(['a', 'b'], ['x:1', 'b:2']), { answers: ['x:1', 'b:2'], beyond: [] })
  assert.deepEqual(paired(['a', 'b'], ['b:1']), { answers: [undefined, 'b:1'], beyond: [] })
  assert.deepEqual(paired([], ['a:1']), { answers: [], beyond: ['a:1'] })
})

test('results that came too often for their id are left before those of no call', () => {
  assert.deepEqual(paired(['a', 'b', 'c'], ['x:1', 'b:2', 'b:3', 'a:4', 'y:5']), {
    answers: ['a:4', 'b:2', 'b:3'],
    beyond: ['x:1', 'y:5'],
  })
})

test('every result is used once, and as many calls are answered as there are results', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', '__proto__')
  fc.assert(
    fc.property(fc.array(id, { maxLength: 600 }), fc.array(id, { maxLength: 600 }), (ids, of) => {
      const said = of.map((callId, i) => `${callId}:${i}`)
      const { answers, beyond } = paired(ids, said)
      const used = [...answers.filter((answer) => answer !== undefined), ...beyond]
      assert.deepEqual([...used].sort(), [...said].sort())
      assert.equal(answers.length, ids.length)
      assert.equal(beyond.length, Math.max(0, said.length - ids.length))
    }),
  )
})
