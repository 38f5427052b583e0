import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/terminology.js'
import { reader } from './reader.js'

const { settings, refuses } = reader(kind)

test('rules are named, with or without a replacement', () => {
  assert.deepEqual(
    settings('{ rules: [ { name: brand, terms: [acme], replacement: ACME }, { name: claims, terms: "sure win" } ] }'),
    {
      rules: [
        { name: 'brand', terms: ['acme'], replacement: 'ACME' },
        { name: 'claims', terms: ['sure win'] },
      ],
    },
  )
  assert.equal(settings('{ rules: [ { name: a, terms: [b], replacement: "" } ] }').rules[0]?.replacement, '')
})

test('what is wrong is told, with what is allowed', () => {
  const what = 'rules, each { name: ..., terms: [...], replacement: ... }'
  refuses('{}', `rules: must be ${what}`)
  refuses('{ rules: [] }', `rules: must not be empty; it must be ${what}`)
  refuses(
    '{ rules: [ { name: a, terms: [b], replacement: 3 } ] }',
    'rules.0.replacement: must be a text of at most 200 characters',
  )
  refuses(
    '{ rules: [ { name: a, terms: [b] }, { name: a, terms: [c] } ] }',
    'rules.1.name: is the name of an earlier entry; each needs a name of its own',
  )
})
