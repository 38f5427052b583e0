import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, constants, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { GatewayError } from '../../core/errors.js'
import { decompressor } from '../../io/decompress.js'

const TEXT = 'data: {"a":"ü"}\n\n'.repeat(500)

const unpacked = (coding: string) => {
  const body = decompressor(coding)
  assert.ok(body)
  return body
}
const upstreamError = (error: unknown) => error instanceof GatewayError && error.code === 'upstream_error'

test('undoes every coding, wherever it is cut', async () => {
  const codings = [
    ['gzip', gzipSync(TEXT)],
    ['X-GZIP', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
  ] as const
  for (const [coding, bytes] of codings) {
    for (const size of [1, 7, bytes.length]) {
      const body = unpacked(coding)
      const out: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += size) out.push(...(await body.push(bytes.subarray(at, at + size))))
      out.push(...(await body.end('complete')))
      assert.equal(Buffer.concat(out).toString(), TEXT, `${coding} in pieces of ${size}`)
    }
  }
})

test('gives out what each chunk completes, without waiting for the end', async () => {
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH })
  const body = unpacked('gzip')
  const packed: Buffer[] = []
  gzip.on('data', (piece: Buffer) => packed.push(piece))
  for (const text of ['one', 'two']) {
    await new Promise((resolve) => gzip.write(text, resolve))
    const out: Uint8Array[] = []
    for (const piece of packed.splice(0)) out.push(...(await body.push(piece)))
    assert.equal(Buffer.concat(out).toString(), text)
  }
})

test('identity needs nothing, an unknown coding is an error', () => {
  assert.equal(decompressor(undefined), undefined)
  assert.equal(decompressor(' Identity '), undefined)
  assert.throws(() => decompressor('zstd'), upstreamError)
  assert.throws(() => decompressor('__proto__'), upstreamError)
})

test('garbage and a cut stream are errors', async () => {
  await assert.rejects(async () => unpacked('gzip').push(Buffer.from('not gzip at all')), upstreamError)
  const body = unpacked('gzip')
  await body.push(gzipSync(TEXT).subarray(0, 40))
  await assert.rejects(async () => body.end('complete'), upstreamError)
})

test('a bomb is refused before it is unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024))
  await assert.rejects(async () => unpacked('gzip').push(bomb), upstreamError)
})

test('an answer that is given up leaves nothing behind', async () => {
  const body = unpacked('br')
  await body.push(brotliCompressSync(TEXT).subarray(0, 10))
  assert.deepEqual(await body.end('cut'), [])
})
