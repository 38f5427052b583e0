import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/words.js'
import { reader } from './reader.js'

const { settings, refuses } = reader(kind)
const TERM = 'a term of 1 to 200 characters with a letter, a digit or one of + # @ $ % in it'

test('lists are named, their terms a list or the lines of a file', () => {
  assert.deepEqual(settings('{ lists: [ { name: a, terms: [one, "two words", "🔫", "C++"] } ] }'), {
    lists: [{ name: 'a', terms: ['one', 'two words', '🔫', 'C++'] }],
    disguised: true,
  })
  assert.deepEqual(
    settings(
      '{ disguised: false, lists: [ { name: hate/x, terms: "# list\\n one \\r\\n\\ntwo words\\n#tag\\n#\\n" } ] }',
    ),
    {
      lists: [{ name: 'hate/x', terms: ['one', 'two words', '#tag'] }],
      disguised: false,
    },
  )
})

test('what is wrong is told, with what is allowed', () => {
  const what = 'lists of words, each { name: ..., terms: [...] }'
  refuses('{}', `lists: must be ${what}`)
  refuses('{ lists: [] }', `lists: must not be empty; it must be ${what}`)
  refuses(
    '{ lists: [ { name: A, terms: [a] } ] }',
    'lists.0.name: must be a name; 1 to 64 of a-z 0-9 _ - . / are allowed',
  )
  refuses('{ lists: [ { name: a, terms: [] } ] }', 'lists.0.terms: must not be empty; it must be a list of terms')
  refuses('{ lists: [ { name: a, terms: [a, "..."] } ] }', `lists.0.terms.1: must be ${TERM}`)
  refuses('{ lists: [ { name: a, terms: [7] } ] }', `lists.0.terms.0: must be ${TERM}`)
  refuses(
    '{ lists: [ { name: a, terms: 7 } ] }',
    'lists.0.terms: must be a list of terms, or a text with one on each line',
  )
  refuses('{ lists: [ { name: a, terms: "# a\\n" } ] }', 'lists.0.terms: has no term on any line')
  refuses(
    '{ lists: [ { name: a, terms: "ok\\n\\n<>\\n" } ] }',
    `lists.0.terms: has no term on line 3; it must be ${TERM}`,
  )
  refuses(`{ lists: [ { name: a, terms: [${'x'.repeat(201)}] } ] }`, `lists.0.terms.0: must be ${TERM}`)
  refuses('{ disguised: maybe, lists: [ { name: a, terms: [a] } ] }', 'disguised: must be true or false')
  refuses(
    '{ lists: [ { name: a, terms: [a] }, { name: a, terms: [b] } ] }',
    'lists.1.name: is the name of an earlier entry; each needs a name of its own',
  )
})
