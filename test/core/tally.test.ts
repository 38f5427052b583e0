import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tally } from '../../core/tally.js'

test('the generated text is whole, however many pieces it came in and whenever it is asked for', () => {
  const seen = tally()
  let text = ''
  for (let index = 0; index < 1000; index++) {
    const piece = `${index} `
    text += piece
    seen.add({ type: 'delta', choice: 0, block: 0, text: piece })
    if (index % 37 === 0) assert.equal(seen.text(), text)
  }
  assert.equal(seen.text(), text)
  assert.equal(seen.length(), text.length)
})
