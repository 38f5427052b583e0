import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { terminologyGuard } from '../../../../policies/guardrails/content/terminology.js'
import { guarded, type Heard, hear, inRequest, ofRequest } from './asked.js'

const guard = terminologyGuard({
  rules: [
    { name: 'brand', terms: ['github', 'git hub'], replacement: 'GitHub' },
    { name: 'informal', terms: ['gonna', 'kinda'], replacement: 'going to' },
    { name: 'claims', terms: ['guaranteed returns', 'risk free'] },
    { name: 'filler', terms: ['basically'], replacement: '' },
  ],
})

/** The text with what the guard wants to be written. */
function written(text: string, places: readonly Pick<Heard, 'start' | 'end' | 'replacement'>[]): string {
  let made = ''
  let at = 0
  for (const { start, end, replacement = '[x]' } of places) {
    assert.ok(start >= at, 'in order')
    made += text.slice(at, start) + replacement
    at = end
  }
  return made + text.slice(at)
}

const masked = (text: string) => {
  const judgement = ofRequest(guard, text)
  return judgement.kind === 'clean' ? text : written(text, judgement.places ?? [])
}

test('terms are replaced, in capitals where they had them', () => {
  assert.equal(masked('On github, Git Hub and GITHUB.'), 'On GitHub, GitHub and GitHub.')
  assert.equal(masked("Gonna do it. I'm gonna. GONNA!"), "Going to do it. I'm going to. GOING TO!")
  assert.equal(masked('basically, no'), ', no')
})

test('what is right already is not touched', () => {
  assert.equal(inRequest(guard, 'GitHub is going to win'), 'clean')
  assert.equal(inRequest(guard, 'GitHub and github'), 'brand: github')
})

test('terms without a replacement are only told', () => {
  assert.equal(inRequest(guard, 'with Guaranteed Returns, risk-free'), 'claims: Guaranteed Returns, risk-free')
  assert.equal(masked('guaranteed returns'), '[x]')
})

test('the reason is the first rule that is broken', () => {
  assert.equal(inRequest(guard, 'risk free, gonna'), 'informal: risk free, gonna')
})

test('in a stream the same is written wherever it is cut', () => {
  const text =
    'Gonna host it on git hub or github; a kinda long text, basically, that is longer than the window holds. Gonna.'
  const expected = masked(text)
  for (let cut = 0; cut <= text.length; cut++) {
    assert.equal(written(text, hear(guard, [text.slice(0, cut), text.slice(cut)])), expected)
  }
  assert.equal(written(text, hear(guard, [...text], guarded([]))), expected)
})

test('nothing outside of places changes, and a second time nothing is found', () => {
  const unit = fc.constantFrom('github', 'GITHUB', 'git', 'hub', ' ', '. ', 'gonna', 'Gonna', 'x', '-', 'é')
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 14 }), (units) => {
      const text = units.join('')
      const judgement = ofRequest(guard, text)
      const places = judgement.kind === 'clean' ? [] : (judgement.places ?? [])
      for (const { start, end } of places) assert.ok(start < end && end <= text.length)
      assert.equal(inRequest(guard, written(text, places)), 'clean')
    }),
  )
})
