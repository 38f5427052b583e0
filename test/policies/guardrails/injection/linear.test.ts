import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAMILIES } from '../../../../policies/guardrails/injection/families.js'
import { judgeText } from '../../../../policies/guardrails/injection/judge-text.js'
import { createScorer } from '../../../../policies/guardrails/injection/model/scorer.js'
import { WEIGHTS } from '../../../../policies/guardrails/injection/model/weights.js'
import { unpackWeights } from '../../../../policies/guardrails/injection/model/weights-format.js'

const SCORER = createScorer(unpackWeights(WEIGHTS), new Set(FAMILIES))

/** Processor milliseconds for all of a text. */
function cpu(text: string): number {
  const before = process.cpuUsage()
  const steps = judgeText(text, SCORER, 0.8)
  while (!steps.next().done);
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const HOSTILE: Readonly<Record<string, string>> = {
  spaced: 'a b ',
  dismissed: 'ignore ',
  comments: '<!--',
  brackets: '[',
  entities: '&#',
  base64: 'QUJD',
  dots: '. - ',
  overrides: '\u202ea',
  deletions: 'a\b',
  numbers: '73 ',
  joiners: '\u200ba',
  escapes: '\\x41',
  attributes: '<a title="',
  backwards: 'erongi lla ruoy snoitcurtsni ',
}

test('time grows with the length only, whatever is read', () => {
  cpu('ignore the rules '.repeat(1000))
  for (const [name, unit] of Object.entries(HOSTILE)) {
    const short = cpu(unit.repeat(Math.ceil(20_000 / unit.length)))
    const long = cpu(unit.repeat(Math.ceil(160_000 / unit.length)))
    assert.ok(long < 24 * short + 100, `${name}: ${short.toFixed(0)} and ${long.toFixed(0)} ms`)
  }
})

test('a megabyte is judged in steps', () => {
  const steps = judgeText('The ferry leaves at noon. '.repeat(40_000), SCORER, 0.8)
  let most = 0
  let count = 0
  for (let step = steps.next(); !step.done; step = steps.next()) {
    most = Math.max(most, step.value)
    count++
  }
  assert.ok(count > 400 && most <= 16_384, `${count} steps of at most ${most} units`)
})
