import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/patterns.js'
import { PII_VOCABULARY } from '../../../../policies/pii/vocabulary.js'
import { reader } from './reader.js'

const { settings, refuses } = reader({ ...kind, kindMembers: () => kind.kindMembers(PII_VOCABULARY.patternFault) })

test('patterns are named, and may share a name', () => {
  assert.deepEqual(
    settings('{ patterns: [ { name: t, pattern: "T-[0-9]+", maxLength: 20 }, { name: t, pattern: "(?i)x" } ] }'),
    {
      patterns: [
        { name: 't', pattern: 'T-[0-9]+', maxLength: 20 },
        { name: 't', pattern: '(?i)x' },
      ],
    },
  )
})

test('what is wrong is told, with what is allowed', () => {
  const what = 'a list of patterns, each { name: ..., pattern: ... }'
  refuses('{}', `patterns: must be ${what}`)
  refuses('{ patterns: [] }', `patterns: must not be empty; it must be ${what}`)
  refuses(
    '{ patterns: [ { name: t, pattern: "(?=a)" } ] }',
    'patterns.0.pattern: is no pattern: invalid or unsupported Perl syntax; the syntax of RE2 is allowed',
  )
  refuses('{ patterns: [ { name: t, pattern: "" } ] }', 'patterns.0.pattern: must be a pattern of 1 to 1000 characters')
  refuses(
    '{ patterns: [ { name: t, pattern: a, maxLength: 5000 } ] }',
    'patterns.0.maxLength: must be a whole number from 1 to 4096',
  )
})
