import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atOnce } from '../../../../core/turns.js'
import {
  judgeTexts as judgeTextsIn,
  type PieceCall,
  type PieceVerdict,
  type TextOutcome,
  together as togetherInSteps,
} from '../../../../policies/guardrails/external/judge-pieces.js'
import { TURNS } from '../../../support/turns.js'

const together = (outcomes: readonly TextOutcome[]) => atOnce(togetherInSteps(outcomes))
const judgeTexts = (count: number, calls: readonly PieceCall[], most: number) => judgeTextsIn(count, calls, most, TURNS)

const piece = (text: number, start = 0, end = 5) => ({ text, start, end, content: 'xxxxx' })

function call(...verdicts: readonly PieceVerdict[]): PieceCall {
  return { pieces: verdicts.map(({ piece }) => piece), ask: async () => verdicts }
}
function failing(...texts: readonly number[]): PieceCall {
  return {
    pieces: texts.map((text) => piece(text)),
    ask: async () => {
      throw new Error('down')
    },
  }
}

test('the worst of a text is its reason, and pieces that overlap are one place', async () => {
  const outcomes = await judgeTexts(
    4,
    [
      call({ piece: piece(1, 0, 10), score: 0.6, reason: 'a' }, { piece: piece(2), score: 0.99 }),
      call({ piece: piece(1, 8, 18), score: 0.9, reason: 'b' }, { piece: piece(2), score: 0.1 }),
      call({ piece: piece(3), score: 0.7, reason: 'c' }),
    ],
    2,
  )
  assert.deepEqual(outcomes, [
    { kind: 'judged', judgement: { kind: 'clean' } },
    { kind: 'judged', judgement: { kind: 'hit', score: 0.9, reason: 'b', places: [{ text: 0, start: 0, end: 18 }] } },
    { kind: 'judged', judgement: { kind: 'clean', score: 0.99 } },
    { kind: 'judged', judgement: { kind: 'hit', score: 0.7, reason: 'c', places: [{ text: 0, start: 0, end: 5 }] } },
  ])
  assert.deepEqual(together(outcomes), {
    kind: 'hit',
    score: 0.9,
    reason: 'b',
    places: [
      { text: 1, start: 0, end: 18 },
      { text: 3, start: 0, end: 5 },
    ],
  })
  assert.deepEqual(together(outcomes.slice(0, 1)), { kind: 'clean' })
  assert.deepEqual(together([...outcomes.slice(0, 1), ...outcomes.slice(2, 3)]), { kind: 'clean', score: 0.99 })
  assert.deepEqual(together([]), { kind: 'clean' })
})

test('a hit goes before what has a higher score and is none', async () => {
  const [outcome] = await judgeTexts(
    1,
    [call({ piece: piece(0), score: 0.9 }, { piece: piece(0), score: 0.3, reason: 'a' })],
    1,
  )
  assert.ok(outcome?.kind === 'judged' && outcome.judgement.kind === 'hit' && outcome.judgement.score === 0.3)
})

test('a failure counts for the texts that it leaves unjudged, where none of their pieces is a hit', async () => {
  const clean = { piece: piece(0), score: 0.1 }
  const hit = { piece: piece(1), score: 1, reason: 'a' }
  const outcomes = await judgeTexts(4, [call(clean), call(hit, { ...clean, piece: piece(2) }), failing(1, 2)], 1)
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.kind === 'judged' ? outcome.judgement.kind : outcome.kind)),
    ['clean', 'hit', 'failed', 'clean'],
  )
  assert.equal(together(outcomes).kind, 'hit')
  assert.throws(() => together(outcomes.filter((_, text) => text !== 1)), { message: 'down' })
})
