import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../core/errors.js'
import { readMultipart, spliceFields as splicing } from '../../core/multipart.js'
import { atOnce } from '../../core/turns.js'

const spliceFields = (...splice: Parameters<typeof splicing>) => atOnce(splicing(...splice))

const TYPE = 'multipart/form-data; boundary=AaB03x'
const bytes = (text: string) => Buffer.from(text, 'latin1')
const part = (disposition: string, content = 'x', more = '') =>
  `--AaB03x\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n${content}\r\n`
const form = (...parts: readonly string[]) => `${parts.join('')}--AaB03x--\r\n`
const read = (text: string, type = TYPE) => readMultipart(bytes(text), type)

function refused(text: string, type = TYPE, param?: string) {
  assert.throws(
    () => read(text, type),
    (error) => {
      assert.ok(error instanceof GatewayError, `${error}`)
      assert.equal(error.code, 'malformed_request')
      if (param !== undefined) assert.equal(error.param, param)
      return true
    },
    JSON.stringify([type, text.slice(0, 200)]),
  )
}

const MODEL = part('name="model"', 'whisper-1')

test('a form may be empty', () => {
  assert.deepEqual(read('--AaB03x--').value, {})
})

test('reads text fields and leaves files alone', () => {
  const { value } = read(
    form(
      part('name="file"; filename="a \\ b.wav"', 'RIFF\r\n\0\r\n\r\n--AaB0', 'Content-Type: audio/wav\r\n'),
      MODEL,
      part('name=prompt', 'größe', 'content-type: text/plain\r\n').replace(
        'größe',
        Buffer.from('größe').toString('latin1'),
      ),
      part('name="timestamp_granularities[]"', 'word'),
      part('name="timestamp_granularities[]"', 'segment'),
      part('name="empty"', ''),
      part('name="__proto__"', 'p'),
    ),
  )
  assert.deepEqual(Object.entries(value), [
    ['model', 'whisper-1'],
    ['prompt', 'größe'],
    ['empty', ''],
    ['__proto__', 'p'],
    ['timestamp_granularities[]', ['word', 'segment']],
  ])
})

test('replaces the value of a field and no other byte', () => {
  const file = part('name="file"; filename="f"', 'model\r\nwhisper-1')
  const body = read(`\r\n${form(file, MODEL, part('name="n"', '1'))}`)
  const text = Buffer.from(spliceFields(body, { model: 'gpt-4o-transcribe', n: '22' })).toString('latin1')
  assert.equal(text, `\r\n${form(file, part('name="model"', 'gpt-4o-transcribe'), part('name="n"', '22'))}`)
  assert.equal(
    Buffer.from(spliceFields(body, {})).toString('latin1'),
    `\r\n${form(file, MODEL, part('name="n"', '1'))}`,
  )
  const listed = read(form(part('name="n[]"', 'a'), file, part('name="n[]"', 'b')))
  const lists = Buffer.from(spliceFields(listed, { 'n[]': ['aa', ''] })).toString('latin1')
  assert.equal(lists, form(part('name="n[]"', 'aa'), file, part('name="n[]"', '')))
  assert.throws(() => spliceFields(listed, { 'n[]': ['aa'] }), GatewayError)
  for (const changes of [{ absent: 'x' }, { model: undefined }, { model: 5 }, { file: 'x' }]) {
    assert.throws(() => spliceFields(body, changes), GatewayError)
  }
})

test('the content type must be of a form and name one boundary', () => {
  for (const type of [
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary=AaB03x; boundary=AaB03x',
    'multipart/form-data; boundary=AaB03x, multipart/form-data; boundary=AaB03x',
    'multipart/form-data; boundary="AaB03x',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
    'multipart/form-data; boundary=a\\b',
    'multipart/mixed; boundary=AaB03x',
  ]) {
    refused(form(MODEL), type, 'content-type')
  }
  for (const type of [
    'multipart/form-data; boundary="AaB03x"',
    'Multipart/Form-Data;charset=utf-8;BOUNDARY=AaB03x ;',
  ]) {
    assert.deepEqual(read(form(MODEL), type).value, { model: 'whisper-1' })
  }
})

test('refuses what another parser may read in another way', () => {
  const file = (content: string) => part('name="file"; filename="f"', content)
  for (const text of [
    '',
    `preamble\r\n${form(MODEL)}`,
    `${form(MODEL)}epilogue`,
    `${form(MODEL)}${form(MODEL)}`,
    MODEL,
    `${MODEL}--AaB03x`,
    `${MODEL}--AaB03x-`,
    form(MODEL).replaceAll('\r\n', '\n'),
    form(file('\n--AaB03x\nhidden'), MODEL),
    form(file('x--AaB03x'), MODEL),
    form(file('\r\n--AaB03xyz'), MODEL),
    form('--AaB03x\r\n', MODEL),
    form('--AaB03x\r\n\r\nno headers\r\n', MODEL),
    form(part('name="file"', 'x', 'Content-Transfer-Encoding: base64\r\n')),
    form(part('name="a"', 'x', 'Content-Disposition: form-data; name="model"\r\n')),
    form(part('name="a"', 'x', ' folded: x\r\n')),
    form(part('name="a"', 'x', 'bad header\r\n')),
    form(part('name="a"', 'x', 'x: a\nmodel: b\r\n')),
    form('--AaB03x\r\ncontent-type: text/plain\r\n\r\nx\r\n'),
    form('--AaB03x\r\ncontent-disposition: attachment; name="model"\r\n\r\nx\r\n'),
    ...['', 'filename="f"', 'name=""', 'name="mo\\del"', 'name="m%6Fdel"', 'name="a"; name="model"'].map((name) =>
      form(part(name)),
    ),
    ...["name*=utf-8''model", 'name="a"; name*=utf-8\'\'model', 'name="a" "b"', 'name="a', 'name="a"; x'].map((name) =>
      form(part(name)),
    ),
    form(part('name="f"; filename="a\\"; name=\\"model"')),
  ]) {
    refused(text)
  }
})

test('a text field is there once, and is no file', () => {
  refused(form(MODEL, MODEL), TYPE, 'model')
  refused(form(part('name="model"; filename="m"', 'x')), TYPE, 'model')
  refused(form(part('name="model"; filename*=utf-8\'\'m', 'x')), TYPE, 'model')
  refused(form(MODEL, part('name="model"; filename="m"')), TYPE, 'model')
  refused(form(part('name="prompt"'), part('name="prompt"; filename="m"'), MODEL), TYPE, 'prompt')
  refused(form(part('name="prompt"', '\xff')), TYPE, 'prompt')
})

test('headers and parts are bounded', () => {
  const long = (size: number) => form(part('name="a"', 'x', `x: ${'y'.repeat(size)}\r\n`))
  assert.ok(read(long(4000)))
  refused(long(9000))
  const many = (count: number) => form(...Array.from({ length: count }, (_, index) => part(`name="f${index}"`)))
  assert.ok(read(many(900)))
  refused(many(1100))
})

test('whatever stands in a file, the fields around it are found and replaced', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 20 }), (content, model) => {
      const wire = Buffer.concat([
        bytes('--AaB03x\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n'),
        content,
        bytes(`\r\n${form(MODEL)}`),
      ])
      const body = readMultipart(wire, TYPE)
      assert.deepEqual(body.value, { model: 'whisper-1' })
      const changed = readMultipart(spliceFields(body, { model: `m${encodeURIComponent(model)}` }), TYPE)
      assert.deepEqual(changed.value, { model: `m${encodeURIComponent(model)}` })
      assert.ok(Buffer.from(changed.bytes).includes(Buffer.from(content)))
    }),
  )
})

test('no bytes make it fail in another way than by refusing', () => {
  const pieces = fc.constantFrom(
    '--AaB03x',
    '\r\n',
    '--',
    '"',
    ';',
    ' name="model"',
    'content-disposition:',
    ' form-data',
    'x',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 30 }), (texts) => {
      try {
        read(texts.join(''))
      } catch (error) {
        assert.ok(error instanceof GatewayError && error.code === 'malformed_request')
      }
    }),
    { numRuns: 2000 },
  )
})
