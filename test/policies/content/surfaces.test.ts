import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Content, ContentOf } from '../../../core/content.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { moderations } from '../../../llm/dialects/governed/scores.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { openaiCompletions } from '../../../llm/dialects/openai-completions.js'
import { openaiEmbeddings } from '../../../llm/dialects/openai-embeddings.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'
import { surfacesOf } from '../../../policies/content/surfaces.js'

const DIALECTS = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  gemini,
  openaiCompletions,
  openaiEmbeddings,
  moderations,
]

/** Each member is what its name says, down to a number behind it: `wire`, `data2`. */
const byName: ContentOf = (_, name) => name.replace(/\d+$/, '') as Content

const surfaces = (body: JsonObject) => surfacesOf(body, byName)
const texts = (body: JsonObject) => surfaces(body).sites.map(({ text }) => text)
const shout = (body: JsonObject) => surfaces(body).rewritten(({ text }) => text.toUpperCase())

/** Every string, name of a member and number of at least six digits in a value. */
function allIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return String(value).replace(/\D/g, '').length >= 6 ? [String(value)] : []
  if (Array.isArray(value)) return value.flatMap(allIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...allIn(member)])
}

const PICTURE_BYTES = Buffer.from('89504e470d0a1a0a0000000d49484452'.repeat(6), 'hex').toString('base64')

/** Strings that are no JSON and no URL themselves. */
const text = fc.string({ unit: 'binary' }).filter((said) => said !== '' && !/^(\s*[{[]|data:)/i.test(said))
const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(text, fc.constantFrom('type', 'id', '__proto__', 'constructor')), tie('value')), {
        maxLength: 4,
        selector: ([name]) => name,
      })
      .map((members) => Object.fromEntries(members)),
  ),
})).value

for (const dialect of DIALECTS) {
  test(`whatever stands in a member that ${dialect.name} does not know is visited`, () => {
    const { contentOf } = dialect
    assert.ok(contentOf)
    fc.assert(
      fc.property(json, (value) => {
        const { sites, unscannable, rewritten } = surfacesOf({ nobody_knows: value, model: 'm' }, contentOf)
        assert.deepEqual(
          sites.map((site) => site.text),
          allIn(value),
        )
        assert.deepEqual(unscannable, [])
        assert.deepEqual(
          rewritten((site) => site.text),
          {},
        )
        assert.deepEqual(
          rewritten(() => undefined),
          {},
        )
      }),
    )
  })
}

test('exactly the sites are replaced, and the body stays as it was', () => {
  fc.assert(
    fc.property(json, json, (data, other) => {
      const body = { data, wire: { data: data, word: other, data1: other }, word: data }
      const before = structuredClone(body)
      let asked = 0
      const { sites, rewritten } = surfaces(body)
      const changed = { ...body, ...rewritten(({ text }) => `${asked++}<${text}`) }
      assert.equal(asked, sites.length)
      assert.deepEqual(body, before)
      assert.equal(changed.word, data)
      const expected = sites.map(({ text }, index) => `${index}<${text}`)
      assert.deepEqual(
        allIn({ data: changed.data, wire: changed.wire }).filter((found) => /^\d+</.test(found)),
        expected,
      )
    }),
  )
})

test('sites can be replaced one at a time', () => {
  fc.assert(
    fc.property(json, fc.nat(), (data, any) => {
      const body = { data: [data], data2: data }
      const { sites, rewritten } = surfaces(body)
      fc.pre(sites.length > 0)
      const chosen = sites[any % sites.length]
      const before = allIn(Object.values(body))
      const after = allIn(Object.values({ ...body, ...rewritten((site) => (site === chosen ? 'ONE' : undefined)) }))
      assert.equal(after.length, before.length)
      assert.deepEqual(
        after.filter((found, index) => found !== before[index]),
        chosen?.text === 'ONE' ? [] : ['ONE'],
      )
    }),
  )
})

test('only what changed is new', () => {
  const body = { wire: [{ wire: 'a' }, { wire: 'b' }], data: { deep: ['c'] }, word: 'd' }
  const changed = surfaces(body).rewritten(({ text }) => (text === 'b' ? 'B' : undefined))
  assert.deepEqual(changed, { wire: [{ wire: 'a' }, { wire: 'B' }] })
  assert.equal((changed['wire'] as readonly JsonValue[])[0], body.wire[0])
})

test('a number becomes a text, and a value of data knows what it is called', () => {
  const body = { data: { ssn: [123456789], year: 1999, small: 12345, price: 1234.56 }, wire: { wire: 123456 } }
  assert.deepEqual(surfaces(body).sites, [
    { text: 'ssn', kind: 'key' },
    { text: '123456789', kind: 'number', label: 'ssn' },
    ...['year', 'small', 'price'].map((name) => ({ text: name, kind: 'key' })),
    { text: '1234.56', kind: 'number', label: 'price' },
  ])
  assert.deepEqual(
    surfaces(body).rewritten(({ kind }) => (kind === 'number' ? '[N]' : undefined)),
    { data: { ...body.data, ssn: ['[N]'], price: '[N]' } },
  )
})

test('no member is lost where names become the same', () => {
  const data = { ann: 1, '[X]': 2, bob: 3, '[X]_2': 4 }
  const masked = surfaces({ data }).rewritten(({ text }) => (/^\w+$/.test(text) ? '[X]' : undefined))
  assert.deepEqual(masked, { data: { '[X]_3': 1, '[X]': 2, '[X]_4': 3, '[X]_2': 4 } })
})

test('members called __proto__ and constructor are data like others', () => {
  const data = JSON.parse('{"__proto__":{"constructor":"ann"}}') as JsonObject
  assert.equal(JSON.stringify(shout({ data })['data']), '{"__PROTO__":{"CONSTRUCTOR":"ANN"}}')
  const kept = surfaces({ data }).rewritten(({ text }) => (text === 'ann' ? 'ANN' : undefined))
  assert.equal(JSON.stringify(kept['data']), '{"__proto__":{"constructor":"ANN"}}')
  assert.equal(Object.getPrototypeOf(kept['data']), Object.prototype)
})

test('arguments that are an object already are data', () => {
  assert.deepEqual(shout({ json: { a: ['b'] } }), { json: { A: ['B'] } })
})

test('JSON within a text is read as JSON, and what is within that again, up to a depth', () => {
  const inner = JSON.stringify({ mail: 'line\nann@firm.de' })
  assert.deepEqual(texts({ wire: inner }), ['mail', 'line\nann@firm.de'])
  assert.deepEqual(shout({ wire: inner }), { wire: JSON.stringify({ MAIL: 'LINE\nANN@FIRM.DE' }) })
  let nested = 'deep'
  for (let layer = 0; layer < 6; layer++) nested = JSON.stringify([nested])
  const [only] = surfaces({ json: nested }).sites
  assert.equal(only?.text, '["[\\"deep\\"]"]')
})

test('what is written where media should be is a text, a URL is none', () => {
  const body = {
    media: 'Ann, ann@firm.de',
    media1: 'https://files.example/a b',
    media2: 'data:image/png;base64, iVBORw0K',
  }
  assert.deepEqual(texts(body), ['Ann, ann@firm.de'])
  assert.deepEqual(shout(body), { media: 'ANN, ANN@FIRM.DE' })
  assert.deepEqual(surfaces(body).unscannable, ['media1', 'media2'])
})

test('media is named by the entry of a list that holds it; text among it is read', () => {
  const picture = Buffer.from('89504e470d0a1a0a00', 'hex').toString('base64')
  const note = Buffer.from('note').toString('base64')
  const body = {
    wire: [{ wire: 'x' }, { wire: { media: picture, media2: 'https://files.example/a' } }, { media: [note, picture] }],
    media: { anything: 1 },
    media1: [1, 2],
    media2: [],
    media3: null,
  }
  assert.deepEqual(surfaces(body).unscannable, ['wire[1]', 'wire[2].media[1]', 'media', 'media1'])
  assert.deepEqual(texts(body), ['x', 'note'])
  assert.deepEqual(surfaces({ data: { [picture]: `data:image/png;base64,${picture.repeat(8)}` } }).unscannable, [
    'data',
  ])
})

test('what only begins like a data URL is a text where texts stand', () => {
  const bytes = 'iVBORw0K'.repeat(8)
  for (const said of [
    `data:Obey me;base64,${bytes}`,
    `data:image/png;base64,${bytes}, obey`,
    'data:text/plain,Obey%20me',
  ]) {
    assert.deepEqual(texts({ wire: said, data: said }), [said, said])
    assert.deepEqual(surfaces({ wire: said, data: said }).unscannable, [])
  }
  const picture = `data:image/png;base64,${PICTURE_BYTES}`
  assert.deepEqual(texts({ wire: picture }), [])
  assert.deepEqual(surfaces({ wire: picture }).unscannable, ['wire'])
  assert.deepEqual(texts({ wire: `data:image/png;base64,${Buffer.from('obey me '.repeat(9)).toString('base64')}` }), [
    'obey me '.repeat(9),
  ])
})

test('lines of words where media should be are a text, lines of bytes are none', () => {
  const lines = PICTURE_BYTES.repeat(3).replace(/.{76}/g, '$&\n')
  assert.deepEqual(texts({ media: 'Obey\nme', media1: lines }), ['Obey\nme'])
  assert.deepEqual(surfaces({ media: 'Obey\nme', media1: lines }).unscannable, ['media1'])
})

test('long JSON is read as short JSON is, within messages, data and schemas, and within other JSON', () => {
  const said = { to: ['ann', 'Caf\u00e9 \u{1f600}'], number: 4_111_111_111, 'a name': { deep: 'more\nann' } }
  const within = (rows: number) => {
    const json = JSON.stringify({ rows: Array.from({ length: rows }, () => said) })
    const nested = JSON.stringify([JSON.stringify({ json }), 'beside'])
    return { wire1: json, wire2: [json, { data1: json }], data2: { in: [nested] }, schema1: { default: nested } }
  }
  const [few, many] = [within(1), within(1000)]
  // What is found in one row is found in each, and changed alike.
  const found = (body: JsonObject) => [...new Set(texts(body))].sort()
  assert.deepEqual(found(many), found(few))
  const rows = (body: JsonObject) => JSON.stringify(shout(body)).match(/CAF\u00c9/gu)?.length
  assert.equal(rows(many), 1000 * (rows(few) ?? Number.NaN))
  assert.equal(JSON.parse(String(shout(many)['wire1']).toLowerCase()).rows.length, 1000)
})
