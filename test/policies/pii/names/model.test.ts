import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { nameModelFrom } from '../../../../policies/pii/names/load.js'
import {
  addListed,
  BUCKET,
  bucketOf,
  CITY_LIST,
  findSlot,
  GIVEN_LIST,
  isListed,
  markOf,
  readModel,
  SURNAME_LIST,
  shiftFor,
  writeModel,
} from '../../../../policies/pii/names/model.js'
import { hashWord } from '../../../../policies/pii/names/tokens.js'
import { WEIGHTS } from '../../../../policies/pii/names/weights.js'
import { learned } from './learned.js'

test('a model is read as it was written', () => {
  const model = learned()
  const read = readModel(writeModel(model))
  assert.deepEqual(read.marks, model.marks)
  assert.deepEqual(read.weights, model.weights)
  assert.deepEqual(read.transitions, model.transitions)
  assert.deepEqual(read.names, model.names)
  assert.deepEqual([...read.classes].sort(), [...model.classes].sort())
  assert.equal(read.scale, model.scale)
})

test('bytes that are not whole, or no model, are refused', () => {
  const bytes = writeModel(learned())
  for (const broken of [bytes.slice(0, -1), bytes.slice(1), new Uint8Array(40)])
    assert.throws(() => readModel(broken), Error)
  assert.throws(() => nameModelFrom(() => "export const WEIGHTS = 'AAAA'")(), Error)
})

test('what is read from the file is what the module holds', () => {
  assert.deepEqual(writeModel(learned()), new Uint8Array(Buffer.from(WEIGHTS, 'base64')))
})

test('the file is read once, when somebody asks', () => {
  let reads = 0
  const model = nameModelFrom((file) => {
    reads++
    return readFileSync(file, 'utf8')
  })
  assert.equal(reads, 0)
  assert.equal(model(), model())
  assert.equal(reads, 1)
})

test('the weights stay small', () => {
  assert.ok(writeModel(learned()).length <= 1_000_000)
})

test('a feature is found in its bucket or not at all', () => {
  const marks = new Uint16Array(64)
  const shift = shiftFor(marks.length)
  const features = Array.from({ length: 200 }, (_, index) => Math.imul(index + 1, 0x85ebca6b))
  for (const feature of features) {
    const first = bucketOf(feature, shift)
    assert.ok(first % BUCKET === 0 && first + BUCKET <= marks.length)
    const slot = marks.indexOf(0, first)
    if (slot >= 0 && slot < first + BUCKET && findSlot(marks, shift, feature) < 0) marks[slot] = markOf(feature)
  }
  for (const feature of features) {
    const slot = findSlot(marks, shift, feature)
    if (slot >= 0) assert.equal(marks[slot], markOf(feature))
    else assert.ok(!marks.subarray(bucketOf(feature, shift), bucketOf(feature, shift) + BUCKET).includes(0))
  }
})

test('listed names are found in their list, others hardly ever', () => {
  const names = new Uint8Array(1 << 12)
  for (let index = 0; index < 1000; index++) addListed(names, hashWord(`name${index}`), GIVEN_LIST)
  for (let index = 0; index < 1000; index++) assert.ok(isListed(names, hashWord(`NAME${index}`), GIVEN_LIST))
  const wrong = Array.from({ length: 1000 }, (_, index) => hashWord(`other${index}`)).filter((hash) =>
    isListed(names, hash, GIVEN_LIST),
  )
  assert.ok(wrong.length <= 30, `${wrong.length} of a thousand`)
  const elsewhere = Array.from({ length: 1000 }, (_, index) => hashWord(`name${index}`)).filter((hash) =>
    isListed(names, hash, SURNAME_LIST),
  )
  assert.ok(elsewhere.length <= 30, `${elsewhere.length} of a thousand`)
})

test('names that everybody knows are listed', () => {
  const { names } = learned()
  for (const name of ['Maria', 'john', 'FATIMA', 'Jürgen', 'jurgen'])
    assert.ok(isListed(names, hashWord(name), GIVEN_LIST), name)
  for (const name of ['Smith', 'Kowalski', 'Nguyen']) assert.ok(isListed(names, hashWord(name), SURNAME_LIST), name)
  for (const name of ['Berlin', 'lagos']) assert.ok(isListed(names, hashWord(name), CITY_LIST), name)
})
