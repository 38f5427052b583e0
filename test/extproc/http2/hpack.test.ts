import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConnectionError } from '../../../extproc/http2/errors.js'
import { type HeaderField, headerBlock, headerReader, LIST_SIZE } from '../../../extproc/http2/hpack.js'

const hex = (...parts: string[]) => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex')
const lines = (fields: readonly HeaderField[]) => fields.map(({ name, value }) => `${name}: ${value}`)
const compression = (error: unknown) => error instanceof ConnectionError && error.code === 'compression'
const tooMuch = (error: unknown) => error instanceof ConnectionError && error.code === 'too much'

/** A literal that goes into the table, without Huffman; of fewer than 127 bytes each. */
const indexed = (name: string, value: string) =>
  Buffer.concat([Buffer.from([0x40, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)])

const REQUESTS = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [
    ...[':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com'],
    'custom-key: custom-value',
  ],
]

const AT_21 = 'date: Mon, 21 Oct 2013 20:13:21 GMT'
const LOCATION = 'location: https://www.example.com'
const RESPONSES = [
  [':status: 302', 'cache-control: private', AT_21, LOCATION],
  [':status: 307', 'cache-control: private', AT_21, LOCATION],
  [
    ...[':status: 200', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:22 GMT', LOCATION],
    ...['content-encoding: gzip', 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
  ],
]

/** A table of 256 bytes. */
const SMALL_TABLE = '3fe101'

test('the requests of RFC 7541, C.3, are read, of which the later ones refer to the earlier', () => {
  const reader = headerReader()
  const blocks = [
    hex('8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d'),
    hex('8286 84be 5808 6e6f 2d63 6163 6865'),
    hex('8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65'),
  ]
  for (const [at, block] of blocks.entries()) assert.deepEqual(lines(reader.read(block)), REQUESTS[at])
})

test('the requests of RFC 7541, C.4, are read, which are Huffman coded', () => {
  const reader = headerReader()
  const blocks = [
    hex('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff'),
    hex('8286 84be 5886 a8eb 1064 9cbf'),
    hex('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf'),
  ]
  for (const [at, block] of blocks.entries()) assert.deepEqual(lines(reader.read(block)), REQUESTS[at])
})

test('the responses of RFC 7541, C.5, are read, which evict fields of a table of 256 bytes', () => {
  const reader = headerReader()
  const blocks = [
    hex(
      ...[SMALL_TABLE, '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032'],
      '303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
    ),
    hex('4803 3330 37c1 c0bf'),
    hex(
      ...['88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970'],
      ...['7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61'],
      '6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
    ),
  ]
  for (const [at, block] of blocks.entries()) assert.deepEqual(lines(reader.read(block)), RESPONSES[at])
})

test('the responses of RFC 7541, C.6, are read, which are Huffman coded and evict fields', () => {
  const reader = headerReader()
  const blocks = [
    hex(
      ...[SMALL_TABLE, '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b'],
      'ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
    ),
    hex('4883 640e ffc1 c0bf'),
    hex(
      ...['88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2'],
      'e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
    ),
  ]
  for (const [at, block] of blocks.entries()) assert.deepEqual(lines(reader.read(block)), RESPONSES[at])
})

test('literals that are not indexed, or never to be, leave the table as it is', () => {
  const reader = headerReader()
  reader.read(indexed('first', '1'))
  assert.deepEqual(lines(reader.read(hex('00 0161 0162 10 0163 0164 04 012f 14 0178 be'))), [
    ...['a: b', 'c: d', ':path: /', ':path: x'],
    'first: 1',
  ])
})

test('numbers take as many bytes as they need', () => {
  const long = 'v'.repeat(1337)
  const block = Buffer.concat([hex('00 0161 7f ba09'), Buffer.from(long)])
  assert.deepEqual(headerReader().read(block), [{ name: 'a', value: long }])
  const exact = 'v'.repeat(127)
  assert.deepEqual(headerReader().read(Buffer.concat([hex('00 0161 7f 00'), Buffer.from(exact)])), [
    { name: 'a', value: exact },
  ])
})

test('a table of 1337 bytes, the number of RFC 7541, C.1.2, holds what fits and no more', () => {
  // Of 34 bytes each with what they cost besides; 39 of them fit.
  const fill = Buffer.concat([hex('3f9a0a'), ...Array.from({ length: 40 }, () => indexed('a', 'b'))])
  const reader = headerReader()
  reader.read(fill)
  assert.deepEqual(lines(reader.read(Buffer.from([0x80 | (61 + 39)]))), ['a: b'])
  assert.throws(() => reader.read(Buffer.from([0x80 | (61 + 40)])), compression)
})

test('a field that has no room in the whole table empties it', () => {
  const reader = headerReader()
  reader.read(Buffer.concat([hex('3f09'), indexed('a', 'b')]))
  assert.deepEqual(lines(reader.read(Buffer.concat([indexed('name', 'value')]))), ['name: value'])
  assert.throws(() => reader.read(hex('be')), compression)
})

test('a field may take its name from one that it evicts', () => {
  const reader = headerReader()
  reader.read(Buffer.concat([hex('3f09'), indexed('abcd', 'efgh')]))
  assert.deepEqual(lines(reader.read(hex('7e 03 696a6b'))), ['abcd: ijk'])
  assert.deepEqual(lines(reader.read(hex('be'))), ['abcd: ijk'])
})

test('the table may be made smaller and larger again at the start of a block, twice even', () => {
  const reader = headerReader()
  reader.read(indexed('a', 'b'))
  assert.deepEqual(lines(reader.read(hex('20 3fe11f 82'))), [':method: GET'])
  assert.throws(() => reader.read(hex('be')), compression)
  reader.read(indexed('a', 'b'))
  assert.deepEqual(lines(reader.read(hex('be'))), ['a: b'])
})

test('an empty block has no fields', () => {
  assert.deepEqual(headerReader().read(Buffer.alloc(0)), [])
})

for (const [what, block] of [
  ['a field of index 0', '80'],
  ['a field beyond the static table, where nothing is in the other', 'be'],
  ['a field far beyond the tables', 'ff80 8001'],
  ['a name beyond the tables', '7e 0161'],
  ['a name beyond the tables that is not indexed', '0f30 0161'],
  ['a name that is missing', '40'],
  ['a name that is cut', '40 0361 62'],
  ['a value that is missing', '40 0161'],
  ['a value that is cut', '40 0161 0362 63'],
  ['a Huffman text that is cut', '40 0161 83a8 eb'],
  ['a number that is cut', 'ff'],
  ['a number that is cut later', 'ff 80'],
  ['a number that overflows', 'ff ffff ffff 7f'],
  ['a number of no end', 'ff 8080 8080 8080 8080 00'],
  ['a text of a length that overflows', '40 7fff ffff ff0f 61'],
  ['a table of 4097 bytes', '3fe2 1f'],
  ['a table whose size is changed after a field', '82 20'],
] as const) {
  test(`${what} is an error of compression`, () => {
    assert.throws(() => headerReader().read(hex(block)), compression)
  })
}

test('a table of 4096 bytes is what there is', () => {
  assert.deepEqual(headerReader().read(hex('3fe1 1f')), [])
})

test('a list of 64 KiB is read, and one byte more is too much', () => {
  const block = (size: number) => {
    const length = Buffer.from([0x7f, 0, 0, 0])
    const rest = size - 33 - 127
    for (let at = 1; at <= 3; at++) length[at] = ((rest >> (7 * (at - 1))) & 0x7f) | (at < 3 ? 0x80 : 0)
    return Buffer.concat([hex('00 0161'), length, Buffer.alloc(size - 33, 'v')])
  }
  assert.equal(headerReader().read(block(LIST_SIZE))[0]?.value.length, LIST_SIZE - 33)
  assert.throws(() => headerReader().read(block(LIST_SIZE + 1)), tooMuch)
})

test('a short block that refers to a long field again and again is too much', () => {
  const reader = headerReader()
  reader.read(Buffer.concat([hex('40 0161 7f 811e'), Buffer.alloc(3968, 'v')]))
  assert.throws(() => reader.read(Buffer.alloc(17, 0xbe)), tooMuch)
})

test('what a block of constant fields says is read, whatever the table holds', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abcxyz-0189 _/'), maxLength: 126 })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      const fields = Object.fromEntries([[':status', '200'], ['content-type', 'a/b'], ...pairs])
      const expected = Object.entries(fields).map(([name, value]) => ({ name, value }))
      const reader = headerReader()
      for (let times = 0; times < 2; times++) assert.deepEqual(reader.read(headerBlock(fields)), expected)
    }),
  )
})

test('any bytes are read, or are an error that ends the connection', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }), (blocks) => {
      const reader = headerReader()
      try {
        for (const block of blocks) reader.read(Buffer.from(block))
      } catch (error) {
        assert.ok(error instanceof ConnectionError)
      }
    }),
    { numRuns: 2000, seed: 7 },
  )
})
