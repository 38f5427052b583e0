import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lengthGuard } from '../../../../policies/guardrails/content/length.js'
import type { LengthSettings } from '../../../../policies/guardrails/content/settings.js'
import { guarded, hear, ofRequest, said } from './asked.js'

const reasonFor = (settings: LengthSettings, ...texts: readonly string[]) => {
  const judgement = ofRequest(lengthGuard(settings), ...texts)
  return judgement.kind === 'clean' ? 'clean' : judgement.reason
}

test('requests are held within bounds, ends included', () => {
  const characters = { characters: { least: 3, most: 5 } }
  assert.deepEqual(
    ['ab', 'abc', 'abcde', 'abcdef'].map((text) => reasonFor(characters, text)),
    ['too-few-characters', 'clean', 'clean', 'too-many-characters'],
  )
  assert.equal(reasonFor(characters, 'abc', 'def'), 'too-many-characters', 'all texts together')
  assert.equal(reasonFor({ words: { most: 2 } }, 'two words'), 'clean')
  assert.equal(reasonFor({ words: { most: 2 } }, 'now  three\nwords'), 'too-many-words')
  assert.equal(reasonFor({ words: { most: 3 } }, '四个汉字'), 'too-many-words')
  assert.equal(reasonFor({ messages: { most: 1 } }, 'a', 'b'), 'too-many-messages')
  assert.equal(reasonFor({ messages: { least: 1 } }), 'too-few-messages')
})

test('messages are those of the conversation, of however many texts', () => {
  const open = lengthGuard({ messages: { most: 2 } }).open({ ...guarded(['a', 'b', 'c']), messages: 2 })
  assert.equal(said(open?.request?.(new AbortController().signal)).kind, 'clean')
})

test('an answer is cut where it becomes too long, wherever it is cut before', () => {
  const guard = lengthGuard({ answerCharacters: 5 })
  const text = 'abcdefgh'
  for (let cut = 0; cut <= text.length; cut++) {
    const [first] = hear(guard, [text.slice(0, cut), text.slice(cut)])
    assert.deepEqual([first?.reason, first?.start, first?.replacement], ['answer-too-long', 5, ''])
  }
  assert.deepEqual(hear(guard, ['abcde']), [])
})

test('blocks of a choice count together, choices and reasoning do not', () => {
  const open = lengthGuard({ answerCharacters: 5 }).open(guarded([]))
  const signal = new AbortController().signal
  const say = (kind: 'text' | 'reasoning' | 'tool-call', choice: number, text: string) =>
    said(open?.answer?.([{ kind, choice, text, from: 0, ended: true }], signal)).kind
  assert.deepEqual(
    [say('text', 0, 'abcd'), say('reasoning', 0, 'abcdefg'), say('tool-call', 0, 'abcdefg'), say('text', 1, 'abcde')],
    ['clean', 'clean', 'clean', 'clean'],
  )
  assert.equal(say('text', 0, 'ef'), 'hit')
})

test('a guard of requests has nothing to say of answers', () => {
  assert.equal(lengthGuard({ words: { most: 1 } }).open(guarded([]))?.answer, undefined)
})
