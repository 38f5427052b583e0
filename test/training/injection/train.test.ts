import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { projectRoot } from '../../../cli/project-root.js'
import { explore } from '../../../policies/guardrails/injection/explore.js'
import { FAMILIES } from '../../../policies/guardrails/injection/families.js'
import { createScorer } from '../../../policies/guardrails/injection/model/scorer.js'
import { packWeights, unpackWeights } from '../../../policies/guardrails/injection/model/weights-format.js'
import { windowsOf } from '../../../policies/guardrails/injection/model/windows.js'
import { mapped } from '../../../policies/guardrails/injection/read/mapped.js'
import { exampleOf, worst } from '../../../training/injection/examples.js'
import { expand, parseSlots } from '../../../training/injection/expand.js'
import { train } from '../../../training/injection/logistic.js'
import { thresholdAt } from '../../../training/injection/measure.js'
import { ownSamples } from '../../../training/injection/samples.js'
import { createRandom } from '../../../training/names/random.js'

const samples = ownSamples(join(projectRoot(), 'training/injection/texts'))
const few = samples.filter((_, index) => index % 40 === 0).map(exampleOf)

test('there are enough texts of both kinds, the same in every run', () => {
  const count = (attack: boolean): number =>
    new Set(samples.filter((one) => one.attack === attack).map(({ text }) => text)).size
  assert.ok(count(true) >= 600, `${count(true)} attacks`)
  assert.ok(count(false) >= 1500, `${count(false)} harmless texts`)
  assert.deepEqual(ownSamples(join(projectRoot(), 'training/injection/texts')), samples)
})

test('the same texts give the same weights, which tell them apart', () => {
  const weights = train(few)
  assert.deepEqual(train(few), weights)
  const right = few.filter((example) => worst(example, weights).logOdds > 0 === example.attack).length
  assert.ok(right > 0.97 * few.length, `${right} of ${few.length}`)
})

test('a scorer with unpacked weights judges as training does', () => {
  const weights = unpackWeights(packWeights(train(few)))
  const scorer = createScorer(weights, new Set(FAMILIES))
  for (const example of few) {
    const scores = explore(mapped(example.text)).flatMap(({ view, setting }) => {
      const open = scorer.open(view, setting)
      return windowsOf(view.tokens).map((window) => open.logOdds(window))
    })
    if (scores.length === 0) continue
    assert.ok(Math.abs(Math.max(...scores) - worst(example, weights).logOdds) < 1e-3, example.text)
  }
})

test('weights for other features are refused', () => {
  assert.throws(() => unpackWeights({ layout: 1, units: [], bytes: '' }), /train them again/)
})

test('templates are expanded', () => {
  const slots = parseSlots('day = Monday\nname = Ada|Bob\n')
  const of = (template: string): string => expand(template, slots, createRandom(1))
  assert.equal(of('On {day}.'), 'On Monday.')
  assert.match(of('{name} {comes|goes on {day}}'), /^(Ada|Bob) (comes|goes on Monday)$/)
  assert.equal(of('{"a": {b}}\\n{day} !'), '{"a": {b}}\nMonday!')
  assert.equal(of('a { b'), 'a { b')
})

test('a threshold lets through the share of harmless ones', () => {
  const scores = Array.from({ length: 200 }, (_, index) => ({
    set: 's',
    text: '',
    attack: index >= 100,
    logOdds: index % 100,
  }))
  const threshold = thresholdAt(scores, 0.01)
  assert.equal(scores.filter(({ attack, logOdds }) => !attack && logOdds > threshold).length, 1)
})
