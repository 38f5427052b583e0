import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, listed } from '../../../io/config/suggest.js'

test('a word that is nearly allowed is recognised by typo, case or separators', () => {
  const allowed = ['maxBody', 'baseUrl', 'providers', 'models']
  assert.equal(didYouMean('max_body', allowed), "; did you mean 'maxBody'?")
  assert.equal(didYouMean('BASE-URL', allowed), "; did you mean 'baseUrl'?")
  assert.equal(didYouMean('provdiers', allowed), "; did you mean 'providers'?")
  assert.equal(didYouMean('model', allowed), "; did you mean 'models'?")
  assert.equal(didYouMean('budgets', allowed), '')
  assert.equal(didYouMean('', allowed), '')
  assert.equal(didYouMean('x'.repeat(100_000), allowed), '')
  assert.equal(didYouMean('a', []), '')
})

test('long lists are cut', () => {
  assert.equal(listed(['a', 'b']), 'a, b')
  assert.match(listed(Array.from({ length: 25 }, (_, index) => `n${index}`)), /n19 and 5 more$/)
})
