import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AT_ONCE, atOnce } from '../../../../core/turns.js'
import { inputInSteps, objectInText, parseInput } from '../../../../llm/dialects/shared/tool-input.js'

const PAD = 'x'.repeat(40_000)
const names = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, index]))

test('long arguments are read as short ones are, whatever they spell', () => {
  const texts = fc.oneof(
    fc.json(),
    fc.string({ unit: 'grapheme' }),
    fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(texts, (text) => {
      for (const each of [text, `{"pad":"${PAD}","value":${text}}`, `{"pad":"${PAD}"}${text}`, `${PAD}${text}`]) {
        assert.deepEqual(atOnce(inputInSteps(each)), parseInput(each))
      }
    }),
  )
  assert.deepEqual(atOnce(inputInSteps(' '.repeat(40_000))), {})
})

test('no step of reading long arguments is long', () => {
  const text = JSON.stringify({ rows: Array.from({ length: 50_000 }, (_, id) => ({ id, word: 'fox' })) })
  let yields = 0
  const steps = inputInSteps(text)
  for (let step = steps.next(); !step.done; step = steps.next(), yields++) {
    assert.ok(step.value <= AT_ONCE / 4, `${step.value} units`)
  }
  assert.ok(yields > 100, `${yields} yields`)
})

test('long arguments with an object of more than 5,000 members stay text', () => {
  const most = JSON.stringify({ pad: PAD, within: [names(5000)] })
  const more = JSON.stringify({ pad: PAD, within: [names(5001)] })
  assert.deepEqual(atOnce(inputInSteps(most)), JSON.parse(most))
  assert.deepEqual(atOnce(inputInSteps(more)), { _raw: more })
  assert.equal(atOnce(objectInText(more)), undefined)
})

test('long arguments that are nested too deep stay text', () => {
  const deep = `{"pad":"${PAD}","in":${'['.repeat(128)}${']'.repeat(128)}}`
  assert.deepEqual(atOnce(inputInSteps(deep)), { _raw: deep })
})
