import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLongText } from '../../../core/json-in-text.js'
import { atOnce } from '../../../core/turns.js'
import { type JsonVisitor, rewriteJson, rewriteJsonInSteps } from '../../../policies/content/json-text.js'

const nothing: JsonVisitor = { string: () => undefined, number: () => undefined, name: () => undefined }
const changing = (change: Partial<JsonVisitor>) => (text: string) => rewriteJson(text, { ...nothing, ...change })

test('what is not changed stays byte for byte', () => {
  const upper = changing({ string: (value) => (value === 'ann' ? 'ANN' : undefined) })
  const text = ' {"a" : [ 12345678901234567890 , 1.0,-0e+5 ],\r\n\t"\\u0061":"\\u0061nn", "b":"\\/", "a":null } '
  assert.equal(upper(text), text.replace('"\\u0061nn"', '"ANN"'))
})

test('any JSON comes out as it was, and means the same with what was replaced', () => {
  const space = fc.constantFrom(0, 1, '\t')
  fc.assert(
    fc.property(
      fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
      space,
      (value, spaces) => {
        const text = JSON.stringify(value, null, spaces)
        assert.equal(rewriteJson(text, nothing), text)
        // A name that is one already when it is made gets a number.
        fc.pre(!/"<[^"]*>"\s*:/.test(text))
        const seen: string[] = []
        const wrap = (said: string) => {
          seen.push(said)
          return `<${said}>`
        }
        const changed = rewriteJson(text, { string: wrap, name: wrap, number: wrap }) ?? ''
        const met: string[] = []
        JSON.parse(changed, (name, member) => {
          if (typeof member === 'string') met.push(member)
          if (/^<.*>$/s.test(name)) met.push(name)
          return member
        })
        assert.deepEqual([...met].sort(), seen.map((said) => `<${said}>`).sort())
      },
    ),
  )
})

test('strings are visited as what they mean, and written as JSON', () => {
  const seen: (string | undefined)[] = []
  const visit = (value: string, label: string | undefined) => {
    seen.push(label, value)
    return 'a "quote"\n\u2028'
  }
  assert.equal(rewriteJson('["\\"\\u00e9\\\\"]', { ...nothing, string: visit }, 'said'), '["a \\"quote\\"\\n\u2028"]')
  assert.deepEqual(seen, ['said', '"é\\'])
})

test('values know the name of the member that they belong to, within lists too', () => {
  const seen: string[] = []
  changing({ number: (literal, label) => void seen.push(`${label}=${literal}`) })(
    '{"a":[1,{"b":-2.5e3},3],"c":{"d":[]},"e":4}',
  )
  assert.deepEqual(seen, ['a=1', 'b=-2.5e3', 'a=3', 'e=4'])
})

test('a number is replaced by a string', () => {
  assert.equal(changing({ number: () => '[N]' })('{"a":4111111111111111113}'), '{"a":"[N]"}')
})

test('names never become the same', () => {
  const masked = changing({ name: (name) => (name.includes('@') ? 'X' : undefined) })
  assert.equal(masked('[{"a@":1,"b@":{"c@":2},"X":3},{"d@":4}]'), '[{"X_2":1,"X_3":{"X":2},"X":3},{"X":4}]')
})

test('what is no object or array in JSON is not read', () => {
  for (const text of [
    '',
    '"a"',
    '12',
    'null',
    '{',
    '[1,]',
    "{'a':1}",
    '[1] [2]',
    '{"a":1}\n{"a":2}',
    'see {"a":1}',
    '{"a":"\n"}',
  ]) {
    assert.equal(rewriteJson(text, nothing), undefined, text)
  }
})

test('nor what is nested without end', () => {
  assert.ok(rewriteJson('['.repeat(128) + ']'.repeat(128), nothing))
  assert.equal(rewriteJson('['.repeat(129) + ']'.repeat(129), nothing), undefined)
  assert.ok(rewriteJson(`["${'['.repeat(500)}"]`, nothing))
})

const PAD = 'x'.repeat(4090)

test('in steps a text is read as at once, whatever it is', () => {
  const wrap = (said: string) => `<${said}>`
  const all: JsonVisitor = { string: wrap, number: wrap, name: wrap }
  const inSteps = {
    ...all,
    *longString(said: string) {
      yield 1
      return wrap(said)
    },
  }
  const same = (text: string) => assert.equal(atOnce(rewriteJsonInSteps(text, inSteps)), rewriteJson(text, all))
  const value = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()))
  fc.assert(
    fc.property(value, fc.nat(12), fc.constantFrom('', '{', ']', ',', ' x', '\ud800'), (said, by, behind) => {
      same(`${JSON.stringify(said)}${behind}`)
      same(`["${PAD.slice(by)}\ud83d\ude00\ud800\\",${JSON.stringify(said)}${behind}]`)
    }),
  )
  for (const text of ['', 'x', '[1', `${'['.repeat(128)}${']'.repeat(128)}`, `${'['.repeat(129)}${']'.repeat(129)}`])
    same(text)
})

test('a long text is read a little at a time, and long values in it are handed over as such', () => {
  const names = `{${Array.from({ length: 100_000 }, (_, at) => `"x${at}":"${at}"`).join(',')}}`
  const long: string[] = []
  const visitor = {
    ...nothing,
    string: (said: string) => (said === '99999' ? 'found' : undefined),
    *longString(said: string) {
      long.push(said)
      yield 1
      return 'was long'
    },
  }
  const steps = rewriteJsonInSteps(`[${names},"${PAD.repeat(9)}"]`, visitor)
  let yields = 0
  let step = steps.next()
  for (; !step.done; step = steps.next()) {
    yields++
    assert.ok(step.value <= 16_384, `${step.value} units at once`)
  }
  assert.ok(yields > (2 * names.length) / 16_384, `${yields} yields`)
  assert.deepEqual(long, [PAD.repeat(9)])
  assert.equal(step.value, `[${names.replace('"99999"}', '"found"}')},"was long"]`)
  assert.ok(isLongText(names))
})
