import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionError } from '../../../extproc/http2/errors.js'
import { huffmanText } from '../../../extproc/http2/huffman.js'

const read = (hex: string) => {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  return huffmanText(bytes, 0, bytes.length)
}
const compression = (error: unknown) => error instanceof ConnectionError && error.code === 'compression'

/** All bytes from 0 to 255, coded. */
const ALL =
  'ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabffffffdfffffebfffffecfffff' +
  'edfffffeefffffefffffff0ffffff1ffffff2fffffffbfffffcffffffd3fffffd7fffffdbfffffdffffffe3fffffe7fffffebfffffed4fe3' +
  'f9ffaffcabf1febfafefe7fdfd2cbb00089969b71d79fb9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66dddbf871e5f9cff7ff7' +
  'fffc3ff9ffe45fff4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7ffbffdffffffcfffe6ffff4bfff9ffffa3fffd3ffff53fffd' +
  '5ffffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffffeeffffc3ffff8bffff1ffffe4fffee7f' +
  'ffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7fffee7fffe8ffffd3fffdeffffd5fffeeffffbdffffe1fffdfffff7fff' +
  'ff5ffffecffff07fff87fffe0ffff17fffedffff87ffff77fffeffffeaffff8bfffe3ffff93ffff87fffcbffff37ffff1fffff83ffffe1ff' +
  'febfffe3ffff3fffff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8fffffe6fffffc1fffff8' +
  '7ffffe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9fffff97fffb3ffffcffffb7fffcdffff4ffff9ffffd1ffff' +
  'cffffeaffffafffffddffffeffffff4fffff5fffffabffffa7ffffd7fffff9bffffecfffffb7fffff3fffffe8fffffd3fffffabfffff5fff' +
  'ffff7ffffecfffffdbfffffbbfffff7ffffff0fffffbbf'

test('every byte has its code', () => {
  assert.equal(read(ALL), Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1'))
})

test('texts of RFC 7541, appendix C, are read', () => {
  assert.equal(read('f1e3 c2e5 f23a 6ba0 ab90 f4ff'), 'www.example.com')
  assert.equal(read('d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff'), 'Mon, 21 Oct 2013 20:13:21 GMT')
  assert.equal(read(''), '')
})

test('only the part that is asked for is read', () => {
  const bytes = Buffer.from('ff6402ff', 'hex')
  assert.equal(huffmanText(bytes, 1, 3), '302')
})

test('a text is filled up with as many as seven ones', () => {
  assert.equal(read('006e7f'), '01:')
})

for (const [what, hex] of [
  ['eight ones', '1f ff'],
  ['a byte of ones after a whole number of bytes', 'a8eb 1064 9cbf ff'],
  ['nothing but ones', 'ff'],
  ['zeros', '18'],
  ['a zero among ones', '1d'],
  ['a code that is cut', 'ffff fe'],
] as const) {
  test(`a text that is filled up with ${what} is an error of compression`, () => {
    assert.throws(() => read(hex), compression)
  })
}

test('the code of the end is an error of compression inside a text, and as its last one', () => {
  assert.throws(() => read('ffff ffff'), compression)
  assert.throws(() => read('1fff ffff ffff'), compression)
})
