import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { passLines } from '../../cli/pass-lines.js'

test('lines come whole, wherever they are cut', async () => {
  const text = Buffer.from('one\n\ntwo é€😀\nthree')
  for (let cut = 0; cut <= text.length; cut += 1) {
    const from = new PassThrough()
    const written: string[] = []
    passLines(from, { write: (line) => written.push(line) })
    from.write(text.subarray(0, cut))
    await new Promise(setImmediate)
    from.end(text.subarray(cut))
    await new Promise((resolve) => from.once('close', resolve))
    assert.deepEqual(written, ['one\n', '\n', 'two é€😀\n', 'three\n'])
  }
})
