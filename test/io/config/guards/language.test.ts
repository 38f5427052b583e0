import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/language.js'
import { LANGUAGES } from '../../../../policies/guardrails/content/language/languages.js'
import { reader } from './reader.js'

const { settings, refuses } = reader({ ...kind, kindMembers: () => kind.kindMembers(LANGUAGES) })

test('the allowed languages are enough', () => {
  assert.deepEqual(settings('{ allowed: [en, de] }'), { allowed: ['en', 'de'], leastLetters: 40, confidence: 0.15 })
  assert.deepEqual(settings('{ allowed: [zh], leastLetters: 20, confidence: 0.5 }'), {
    allowed: ['zh'],
    leastLetters: 20,
    confidence: 0.5,
  })
})

test('what is wrong is told, with what is allowed', () => {
  refuses('{}', 'allowed: must be a list of languages such as en')
  refuses('{ allowed: [] }', 'allowed: must not be empty; it must be a list of languages such as en')
  refuses('{ allowed: en }', 'allowed: must be a list of languages such as en')
  refuses(
    '{ allowed: [english] }',
    'allowed.0: must be a language (ISO 639-1): am, ar, az, be, bg, bn, ca, cs, da, de, el, en, es, et, eu, fa, fi, fr, gu, he and 40 more',
  )
  refuses('{ allowed: [en], leastLetters: 5 }', 'leastLetters: must be a whole number from 20 to 200')
  refuses('{ allowed: [en], confidence: 2 }', 'confidence: must be a number from 0 to 1')
})
