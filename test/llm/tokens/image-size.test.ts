import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageSize } from '../../../llm/tokens/image-size.js'

const base64 = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  ).toString('base64')
const filler = (length: number) => Array.from({ length }, () => 0)
const PNG = ['\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 4, 0, 0, 0, 3, 0]] as const

test('the size of a PNG is in its first chunk', () => {
  assert.deepEqual(imageSize(base64(...PNG, filler(40))), { width: 1024, height: 768 })
})

test('the size of a GIF is in its header', () => {
  assert.deepEqual(imageSize(base64('GIF89a', [0x40, 0x01, 0xf0, 0x00], filler(40))), { width: 320, height: 240 })
})

test('all three kinds of WebP have a size', () => {
  const riff = (chunk: string, ...rest: readonly (readonly number[])[]) =>
    base64('RIFF', [0, 0, 0, 0], 'WEBP', chunk, [0, 0, 0, 0], ...rest, filler(20))
  assert.deepEqual(imageSize(riff('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01])), {
    width: 640,
    height: 480,
  })
  assert.deepEqual(imageSize(riff('VP8L', [0x2f, 0x7f, 0xc2, 0x77, 0x00])), { width: 640, height: 480 })
  assert.deepEqual(imageSize(riff('VP8X', [0, 0, 0, 0, 0x7f, 0x02, 0x00, 0xdf, 0x01, 0x00])), {
    width: 640,
    height: 480,
  })
})

test('the size of a JPEG is found behind large metadata', () => {
  const exif = [0xff, 0xe1, 0xff, 0xfe, ...filler(0xfffc)]
  const frame = [0xff, 0xc2, 0, 17, 8, 0x02, 0x58, 0x03, 0x20, 3, ...filler(20)]
  assert.deepEqual(imageSize(base64([0xff, 0xd8], exif, exif, frame)), { width: 800, height: 600 })
})

test('what is no image, cut off or no base64 has no size', () => {
  const png = base64(...PNG, filler(40))
  for (const data of [
    '',
    'AAAA',
    png.slice(0, 20),
    '!'.repeat(60),
    base64('%PDF-1.7', filler(60)),
    base64([0xff, 0xd8], filler(60)),
  ]) {
    assert.equal(imageSize(data), undefined, data)
  }
})

test('an endless chain of JPEG segments is given up on', () => {
  assert.equal(imageSize(base64([0xff, 0xd8], ...Array.from({ length: 500 }, () => [0xff, 0xe0, 0, 2]))), undefined)
})
