import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fold } from '../../../../policies/pii/detect/scan/fold.js'
import * as tokens from '../../../../policies/pii/names/tokens.js'

function tokensOf(text: string) {
  const { codes, text: folded } = fold(text)
  const all = tokens.tokensFor(folded.length + 1)
  tokens.tokenize(codes, 0, folded.length, all)
  return Array.from({ length: all.count }, (_, index) => ({
    text: folded.slice(all.starts[index], all.ends[index]),
    kind: all.kinds[index],
    shape: all.shapes[index],
    hash: all.hashes[index],
    glued: all.glued[index] === 1,
  }))
}

const shapesOf = (text: string) => tokensOf(text).map(({ text, shape }) => [text, shape])

test('words, numbers, signs and lines are tokens; a few blanks are not', () => {
  const found = tokensOf("O'Brien, 12b\n#4        x 王😀")
  assert.deepEqual(
    found.map(({ text }) => text),
    ['O', "'", 'Brien', ',', '12', 'b', '\n', '#', '4', '        ', 'x', '王', '😀'],
  )
  const { WORD_TOKEN: W, NUMBER_TOKEN: N, JOINT: J, SIGN: S, LINE: L, GAP: G } = tokens
  assert.deepEqual(
    found.map(({ kind }) => kind),
    [W, J, W, J, N, W, L, J, N, G, W, S, S],
  )
  assert.deepEqual(
    found.map(({ glued }) => glued),
    [true, true, true, true, false, true, true, true, true, true, true, false, true],
  )
})

test('how a word is written is told apart from which word it is', () => {
  assert.deepEqual(shapesOf('maria Maria MARIA M McMaria Ünal ünal 王'), [
    ['maria', tokens.SMALL],
    ['Maria', tokens.CAPITALIZED],
    ['MARIA', tokens.ALL_CAPITALS],
    ['M', tokens.ONE_CAPITAL],
    ['McMaria', tokens.MIXED],
    ['Ünal', tokens.CAPITALIZED],
    ['ünal', tokens.SMALL],
    ['王', 0],
  ])
  const [one, other, composed, decomposed] = tokensOf('jose JOSÉ José Jose\u0301')
  assert.equal(one?.hash, other?.hash)
  assert.equal(composed?.hash, decomposed?.hash)
  assert.equal(one?.hash, tokens.hashWord('José'))
  assert.notEqual(one?.hash, tokens.hashWord('josef'))
})

test('what is too long for a name says nothing but that', () => {
  for (const unit of ['a', '7']) {
    const [long, ...others] = tokensOf(unit.repeat(1000))
    assert.equal(long?.kind, tokens.LONG)
    assert.deepEqual(others, [])
  }
  assert.equal(tokensOf('a'.repeat(tokens.LONGEST))[0]?.kind, tokens.WORD_TOKEN)
  assert.equal(tokensOf('a'.repeat(33))[0]?.hash, tokensOf('b'.repeat(40))[0]?.hash)
})

test('tokens are in order, and what is between them is blanks', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { codes, text: folded } = fold(text)
      const all = tokens.tokensFor(folded.length + 1)
      tokens.tokenize(codes, 0, folded.length, all)
      let behind = 0
      for (let index = 0; index < all.count; index++) {
        const start = all.starts[index] ?? 0
        const end = all.ends[index] ?? 0
        assert.ok(start >= behind && end > start && end <= folded.length)
        assert.match(folded.slice(behind, start), /^\s*$/)
        behind = end
      }
      assert.match(folded.slice(behind), /^\s*$/)
    }),
  )
})
