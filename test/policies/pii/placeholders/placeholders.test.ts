import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { ENTITIES } from '../../../../policies/pii/detect/entities/index.js'
import { createPlaceholders } from '../../../../policies/pii/placeholders/placeholders.js'
import { digestOf, placeholdersOf } from './digest.js'

const FORM = /^\[([A-Z]+(?:_[A-Z]+)*)_([0-9A-HJKMNP-TV-Z]{10})\]$/

test('a placeholder is the entity and ten characters of base 32', () => {
  const placeholders = placeholdersOf()
  for (const { name } of ENTITIES) {
    const [, entity = '', code = ''] = FORM.exec(placeholders.placeholderFor(name, 'a value')) ?? []
    assert.equal(
      entity,
      name
        .toUpperCase()
        .replace(/[^A-Z]+/g, '_')
        .replace(/^_|_$/g, '')
        .slice(0, 24)
        .replace(/_$/, ''),
    )
    assert.match(code, /\d/)
    assert.ok(code.replace(/\D/g, '').length <= 3, code)
  }
  assert.equal(placeholders.size(), ENTITIES.length)
})

test('names of custom entities become names of placeholders, whatever they are', () => {
  const placeholders = placeholdersOf()
  const nameOf = (entity: string) => FORM.exec(placeholders.placeholderFor(entity, 'x'))?.[1]
  assert.equal(nameOf('staff-id'), 'STAFF_ID')
  assert.equal(nameOf('  2nd key]] '), 'ND_KEY')
  assert.equal(nameOf('рус'), 'VALUE')
  assert.equal(nameOf(''), 'VALUE')
  assert.equal(nameOf('__proto__'), 'PROTO')
  assert.equal(nameOf('a'.repeat(500))?.length, 24)
})

test('the same value has the same placeholder in every request of a tenant, and another one elsewhere', () => {
  const first = placeholdersOf()
  const second = placeholdersOf()
  second.placeholderFor('email', 'other@b.de')
  const made = first.placeholderFor('email', 'a@b.de')
  assert.equal(first.placeholderFor('email', 'a@b.de'), made)
  assert.equal(second.placeholderFor('email', 'a@b.de'), made)
  assert.notEqual(placeholdersOf('other').placeholderFor('email', 'a@b.de'), made)
  assert.notEqual(first.placeholderFor('url', 'a@b.de').slice(-11), made.slice(-11))
  assert.equal(first.size(), 2)
  assert.ok(first.has('a@b.de'))
  assert.ok(!first.has('A@b.de'))
})

test('what the client wrote itself is never made, however it spelled it', () => {
  const made = placeholdersOf().placeholderFor('email', 'a@b.de')
  const code = made.slice(-11, -1)
  for (const literal of [
    made,
    made.toLowerCase(),
    `EMAIL${code}`,
    `%5BEMAIL${code}%5D`,
    code.replace(/1/g, 'l').replace(/0/g, 'o'),
  ]) {
    const placeholders = placeholdersOf()
    placeholders.avoid(`see ${literal}, please`)
    const other = placeholders.placeholderFor('email', 'a@b.de')
    assert.match(other, FORM)
    assert.notEqual(other, made, literal)
  }
})

test('a code that another value has is not taken twice', () => {
  let calls = 0
  const same = digestOf('x')('the same')
  const other = digestOf('x')
  const placeholders = createPlaceholders({
    digest: (text) => (calls++ < 2 && text.endsWith(',0]') ? same : other(`u${text}`)),
  })
  const values = ['one', 'two', 'three']
  const made = values.map((value) => placeholders.placeholderFor('email', value))
  assert.equal(new Set(made).size, 3)
  for (const [index, placeholder] of made.entries()) {
    assert.deepEqual(placeholders.read(placeholder, 0, 'over'), { end: placeholder.length, original: values[index] })
  }
})

test('a digest that is too short is refused', () => {
  assert.throws(() => createPlaceholders({ digest: () => new Uint8Array(6) }).placeholderFor('a', 'b'), RangeError)
})

/** What a model may make of a placeholder, of which all belongs to it. */
function variants(made: string): readonly string[] {
  const inner = made.slice(1, -1)
  const parts = inner.split('_')
  const spaced = [
    inner,
    inner.toLowerCase(),
    ...[' ', '-', '', '\\_', ' - ', '\u00a0'].map((between) => parts.join(between)),
  ]
  const alike = inner.replace(/0/g, 'o').replace(/1/g, 'l')
  const brackets = ['[]', '［］', '【】', '〔〕', '⟦⟧'].map(([open = '', close = '']) => [open, close])
  const escaped = [
    ['%5B', '%5D'],
    ['%5b', '%5d'],
    ['&#91;', '&#93;'],
    ['&#x5B;', '&#x5D;'],
    ['&lbrack;', '&rbrack;'],
    ['\\[', '\\]'],
    ['[ ', ' ]'],
    ['[', '  ]'],
    ['', ''],
  ]
  return [...spaced, alike].flatMap((text) =>
    [...brackets, ...escaped].map(([open, close]) => `${open}${text}${close}`),
  )
}

test('every way in which a model may write it is read whole, and no longer than maxLength', () => {
  const placeholders = placeholdersOf()
  for (const entity of ['email', 'us_ssn', 'credit_card', 'oil_lamp']) {
    const made = placeholders.placeholderFor(entity, `value of ${entity}`)
    for (const variant of variants(made)) {
      const place = JSON.stringify(variant)
      assert.ok(variant.length <= placeholders.maxLength(), place)
      const whole = { end: variant.length, original: `value of ${entity}` }
      assert.deepEqual(placeholders.read(variant, 0, 'over'), whole, place)
      assert.deepEqual(placeholders.read(`${variant}. `, 0, 'more'), whole, place)
      for (let cut = 1; cut < variant.length; cut++) {
        assert.equal(placeholders.read(variant.slice(0, cut), 0, 'more'), 'open', `${place} cut at ${cut}`)
      }
    }
  }
})

test('one bracket only is not part of it', () => {
  const placeholders = placeholdersOf()
  const made = placeholders.placeholderFor('email', 'a@b.de')
  const inner = made.slice(1, -1)
  const whole = { end: inner.length + 1, original: 'a@b.de' }
  for (const text of [`[${inner}, 1]`, `[${inner}`, `(${inner})`, `[${inner}%5D`]) {
    assert.equal(placeholders.read(text, 0, 'over'), 'none', text)
    assert.deepEqual(placeholders.read(text, 1, 'over'), whole, text)
  }
})

test('something else is not read as a placeholder', () => {
  const placeholders = placeholdersOf()
  const made = placeholders.placeholderFor('us_ssn', '078-05-1120')
  const inner = made.slice(1, -1)
  const others = [
    inner.slice(0, -1),
    `${inner}X`,
    `${inner.slice(0, -2)}_${inner.slice(-2)}`,
    inner.replace('SSN', 'SIN'),
    inner.slice(-10),
    inner.replace('_', '    '),
    inner.replace('_', '\n'),
    'US_SSN',
  ]
  for (const text of others) {
    for (let at = 0; at < text.length; at++)
      assert.equal(placeholders.read(text, at, 'over'), 'none', `${text} at ${at}`)
  }
  assert.equal(placeholders.read(`x${inner}`, 1, 'over'), 'none')
  assert.notEqual(placeholders.read(`\\n${inner}`, 2, 'over'), 'none')
  assert.notEqual(placeholders.read(`%20${inner}`, 3, 'over'), 'none')
})

test('placeholders of one entity have one length, and none begins another', () => {
  const placeholders = placeholdersOf()
  const made = Array.from({ length: 2000 }, (_, index) => placeholders.placeholderFor('phone', `+1 555 01 ${index}`))
  assert.equal(new Set(made).size, made.length)
  assert.equal(new Set(made.map((placeholder) => placeholder.length)).size, 1)
  for (const [index, placeholder] of made.entries()) {
    assert.deepEqual(placeholders.read(placeholder, 0, 'more'), {
      end: placeholder.length,
      original: `+1 555 01 ${index}`,
    })
  }
})

test('the detector finds nothing in placeholders, whatever is around them', () => {
  const detector = createDetector({ threshold: 0.3 })
  const placeholders = placeholdersOf()
  const labels = ENTITIES.flatMap(({ labels = [], hints = [] }) => [...labels, ...hints])
  const around = [
    '',
    ' ',
    '(',
    '"',
    'a',
    '+',
    '$',
    '#',
    '=',
    'http://',
    'www.',
    '@',
    '1',
    '-',
    '.',
    ': ',
    '\n',
    '[',
    '_',
    '%20',
  ]
  const label = fc.constantFrom('', ...labels)
  const side = fc.constantFrom(...around)
  fc.assert(
    fc.property(
      fc.constantFrom(...ENTITIES.map(({ name }) => name), 'k', 'id_no', 'x9'),
      fc.string({ minLength: 1 }),
      label,
      side,
      side,
      label,
      (entity, value, before, left, right, after) => {
        const made = placeholders.placeholderFor(entity, value)
        const text = `${before}${left}${made}${right}${after}`
        const start = before.length + left.length
        const touching = detector.find(text).filter((found) => found.start < start + made.length && found.end > start)
        assert.deepEqual(touching, [], text)
      },
    ),
    { numRuns: 20_000 },
  )
})
