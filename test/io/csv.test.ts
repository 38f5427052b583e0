import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csvLine } from '../../io/csv.js'

/** What RFC 4180 says of one line: fields between commas, quoted ones with doubled quotes. */
const readLine = (line: string): readonly string[] => {
  assert.ok(line.endsWith('\r\n'))
  const fields: string[] = []
  let at = 0
  const text = line.slice(0, -2)
  for (;;) {
    let value = ''
    if (text[at] === '"') {
      at += 1
      while (text[at] !== '"' || text[at + 1] === '"') {
        assert.ok(at < text.length, 'a quoted field ends')
        if (text[at] === '"') at += 1
        value += text[at]
        at += 1
      }
      at += 1
    } else {
      while (at < text.length && text[at] !== ',') {
        assert.doesNotMatch(text[at] ?? '', /["\r\n]/u)
        value += text[at]
        at += 1
      }
    }
    fields.push(value)
    if (at >= text.length) return fields
    assert.equal(text[at], ',')
    at += 1
  }
}

test('quotes what needs quotes and doubles quotes', () => {
  assert.equal(csvLine(['a', 'b,c', 'd"e', 'f\ng', ' h']), 'a,"b,c","d""e","f\ng"," h"\r\n')
})

test('a formula is made text, a number stays one', () => {
  assert.equal(
    csvLine(['=1+1', '+a', '-a', '@a', '\t=1', '\uFF1Da', '-1.50', '12']),
    "'=1+1,'+a,'-a,'@a,'\t=1,'\uFF1Da,-1.50,12\r\n",
  )
})

test('any values read back as they were, but for the apostrophe before what would be a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 6 }), (values) => {
      const back = readLine(csvLine(values))
      assert.equal(back.length, values.length)
      back.forEach((value, i) => {
        const sent = values[i] ?? ''
        if (value !== sent) assert.equal(value, `'${sent}`)
        assert.ok(/^-?\d+(?:\.\d+)?$/u.test(value) || !/^\s*[=+\-@]/u.test(value), JSON.stringify(value))
      })
    }),
  )
})
