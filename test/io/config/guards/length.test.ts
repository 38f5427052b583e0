import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/length.js'
import { flag } from '../../../../io/config/values.js'
import { reader } from './reader.js'

const { settings, refuses } = reader({
  ...kind,
  kindMembers: () => ({ ...kind.kindMembers(), answers: flag().optional() }),
})

test('only what is said is bounded', () => {
  assert.deepEqual(settings('{ words: { most: 5 } }'), { words: { most: 5 } })
  assert.deepEqual(
    settings(
      '{ characters: { least: 1, most: 9 }, words: { least: 0 }, messages: { most: 3 }, answerCharacters: 7, answers: true }',
    ),
    { characters: { least: 1, most: 9 }, words: { least: 0 }, messages: { most: 3 }, answerCharacters: 7 },
  )
})

test('what is wrong is told, with what is allowed', () => {
  refuses('{}', ': must have at least one of the keys characters, words, messages, answerCharacters')
  refuses('{ words: {} }', 'words: must have at least one of the keys least, most')
  refuses('{ words: { least: 3, most: 2 } }', 'words: must have a least that is at most its most')
  refuses('{ words: { most: -1 } }', 'words.most: must be a whole number from 0 to 1000000000')
  refuses('{ answerCharacters: 0 }', 'answerCharacters: must be a whole number from 1 to 1000000000')
  refuses('{ words: { most: 1 }, answers: true }', 'answers: has no use without answerCharacters')
  refuses('{ answerCharacters: 1, answers: false }', 'answerCharacters: has no use without answers: true')
})
