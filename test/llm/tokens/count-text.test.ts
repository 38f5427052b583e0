import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { before, test } from 'node:test'
import { countTexts, TURN } from '../../../llm/tokens/count-text.js'
import { createEncodings, type Encoding, LONGEST_SLICE } from '../../../llm/tokens/encoding.js'
import { sliceEnd } from '../../../llm/tokens/slice.js'

let encoding: Encoding
before(async () => {
  encoding = await createEncodings(readFile).load('o200k_base')
})

const MEGABYTE = 1 << 20
const sentence =
  'The committee, which had met twice already, could not agree on what the 3rd draft said; it adjourned. '
const prose = sentence.repeat(MEGABYTE / sentence.length)
const noPause = async () => {}

/** Of CPU time: on a machine that others use too the time on the clock says little. */
async function milliseconds(text: string): Promise<number> {
  const runs: number[] = []
  for (let run = 0; run < 3; run++) {
    const start = process.cpuUsage()
    await countTexts([text], encoding, noPause)
    const { user, system } = process.cpuUsage(start)
    runs.push((user + system) / 1000)
  }
  return Math.min(...runs)
}

test('a short text is counted without waiting, and pause is never called', () => {
  const counted = countTexts(['Hello', ' world!'], encoding, () => assert.fail('paused'))
  assert.equal(counted, 3)
})

test('a long text pauses after each turn, and counts the same as its sentences', async () => {
  let pauses = 0
  const counted = await countTexts([prose], encoding, async () => {
    pauses++
  })
  assert.ok(pauses >= Math.floor(prose.length / TURN) && pauses <= Math.ceil(prose.length / (TURN / 2)))
  // A sentence's last blank belongs to the next one's first word.
  const one = encoding.count(` ${sentence.trimEnd()}`)
  const times = prose.length / sentence.length
  assert.equal(counted, encoding.count(sentence.trimEnd()) + (Math.floor(times) - 1) * one + 1)
})

test('slices of prose end where pieces end, so that the sum is exact', () => {
  for (const text of ['word '.repeat(8000), 'word\n'.repeat(8000), '我们去公园散步，'.repeat(4000)]) {
    const end = sliceEnd(text, 0)
    const rest = text.slice(end - 200, end + 200)
    assert.ok(end <= LONGEST_SLICE)
    assert.equal(encoding.count(rest.slice(0, 200)) + encoding.count(rest.slice(200)), encoding.count(rest))
  }
})

test('a slice never ends inside a surrogate pair', () => {
  const text = `x${'😀'.repeat(LONGEST_SLICE)}`
  assert.equal(sliceEnd(text, 0) % 2, 1)
})

test('a megabyte of one character takes at most three times as long as a megabyte of prose', async () => {
  await milliseconds(prose)
  const reference = await milliseconds(prose)
  for (const unit of ['a', 'A', ' ', '\n', '7', '好', '😀', '=']) {
    const time = await milliseconds(unit.repeat(MEGABYTE / Buffer.byteLength(unit)))
    // Another process on the same core may slow one of the two down.
    assert.ok(time < 3 * reference + 20, `${JSON.stringify(unit)}: ${time} ms, prose ${reference} ms`)
  }
})

test('time grows in proportion to length for text without any piece that repeats', async () => {
  let state = 1
  const letters = Array.from({ length: MEGABYTE / 2 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return String.fromCharCode(97 + ((state >>> 16) % 26))
  }).join('')
  await milliseconds(letters.slice(0, 65536))
  const eighth = await milliseconds(letters.slice(0, MEGABYTE / 16))
  const whole = await milliseconds(letters)
  assert.ok(whole < 8 * eighth * 2.5 + 10, `${whole} ms for eight times what took ${eighth} ms`)
})

test('no turn of the worst texts known holds the event loop for 20 ms', async () => {
  const random = (unit: () => string) => Array.from({ length: 200_000 }, unit).join('')
  for (const text of [
    'a'.repeat(300_000),
    random(() => String.fromCharCode(97 + Math.random() * 26)),
    random(() => String.fromCharCode(Math.random() * 0xd800)),
    random(() => String.fromCodePoint(0x1f300 + Math.floor(Math.random() * 700))),
  ]) {
    const turns: number[] = []
    let start = process.cpuUsage()
    await countTexts([text], encoding, async () => {
      const { user, system } = process.cpuUsage(start)
      turns.push((user + system) / 1000)
      start = process.cpuUsage()
    })
    turns.sort((a, b) => a - b)
    // The median, in time of the processor: on a shared machine any one turn may have been put off.
    assert.ok((turns[turns.length >> 1] ?? 0) < 20, `${turns}`)
  }
})
