import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/canary.js'
import { reader } from './reader.js'

const { settings, refuses } = reader(kind)

test('system prompts are looked for unless that is off', () => {
  assert.deepEqual(settings('{}'), { canaries: [], words: 12 })
  assert.deepEqual(settings('{ canaries: [TG-12345-X], words: 6 }'), { canaries: ['TG-12345-X'], words: 6 })
  assert.deepEqual(settings('{ canaries: [TG-12345-X], words: off }'), { canaries: ['TG-12345-X'] })
})

test('what is wrong is told, with what is allowed', () => {
  const canary = 'must be a text of 8 letters and digits at least, of at most 200 characters'
  refuses('{ canaries: TG-12345-X }', 'canaries: must be a list of texts that must stand in no answer')
  refuses('{ canaries: [TG-12345-X, "1234-567"] }', `canaries.1: ${canary}`)
  refuses('{ canaries: [12345678] }', `canaries.0: ${canary}`)
  refuses('{ words: 3 }', 'words: must be a whole number from 4 to 50')
  refuses('{ words: all }', 'words: must be a whole number from 4 to 50, or this word: off')
  refuses('{ words: off }', 'words: must not be off without canaries: nothing is looked for')
})
