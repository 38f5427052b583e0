import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../../../bench/fuzz.js'
import { everyCodec } from '../../../bench/fuzz-codecs.js'

/** A slice of what `node dist/bench/fuzz.js` does with a million inputs per codec. */
const COUNT = 1500

for (const codec of everyCodec()) {
  test(`${codec.name}: no input breaks the contract`, () => {
    const { failures } = fuzz(codec, 1, COUNT)
    const [first] = failures
    assert.equal(failures.length, 0, `seed ${first?.seed}: ${first?.error instanceof Error ? first.error.stack : ''}`)
  })
}
