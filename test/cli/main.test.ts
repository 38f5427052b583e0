import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runMain as run } from '../support/run-main.js'

async function withFile(text: string, use: (file: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-main-'))
  const file = join(folder, 'tollgate.yaml')
  await writeFile(file, text)
  try {
    await use(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const SAMPLE = `version: 1
providers:
  openai: { kind: openai, apiKey: "\${KEY}" }
models:
  gpt-4o: { targets: [ { provider: openai, model: gpt-4o } ] }
`

describe('the command line', () => {
  test('answers what is wrong with itself in one line and the usage, with exit code 2', async (t) => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['stat'], /^tollgate: there is no command 'stat'\nUsage: tollgate COMMAND/],
      [['constructor'], /^tollgate: there is no command 'constructor'\n/],
      [['start', '--port', '1'], /^tollgate: Unknown option '--port'\nUsage: tollgate start /],
      [['start', 'x'], /^tollgate: unexpected argument 'x'\n/],
      [['serve'], /^tollgate: serve needs --config FILE\n/],
      [['serve', '--config'], /^tollgate: .*--config.*\n/],
      [['check'], /^tollgate: check needs a FILE\n/],
      [['check', 'a', 'b'], /^tollgate: unexpected argument 'b'\n/],
      [['render', 'nginx', 'a'], /^tollgate: render knows envoy and kong, not 'nginx'\n/],
      [['render', 'envoy'], /^tollgate: render envoy needs one FILE\n/],
      [['render', 'envoy', 'a', '--fast'], /^tollgate: unknown option '--fast'\n/],
    ]
    for (const [args, message] of cases) {
      const { code, out, err } = await run(t, args)
      assert.deepEqual([code, out], [2, ''], args.join(' '))
      assert.match(err, message)
    }
  })

  test('prints help and version on stdout', async (t) => {
    for (const args of [[], ['help'], ['--help']]) {
      const { code, out, err } = await run(t, args)
      assert.deepEqual([code, err], [0, ''])
      assert.match(out, /check FILE +validate/)
    }
    assert.match((await run(t, ['check', '--help'])).out, /^Usage: tollgate check FILE\n/)
    assert.match((await run(t, ['--version'])).out, /^\d+\.\d+\.\d+\n$/)
  })
})

describe('tollgate check', () => {
  test('says FILE: ok for a good file', (t) =>
    withFile(SAMPLE, async (file) => {
      assert.deepEqual(await run(t, ['check', file], { KEY: 'k' }), { code: 0, out: `${file}: ok\n`, err: '' })
    }))

  test('warns about a model without a price and still passes', (t) =>
    withFile(SAMPLE.replaceAll('model: gpt-4o', 'model: unheard-of'), async (file) => {
      const { code, err } = await run(t, ['check', file], { KEY: 'k' })
      assert.equal(code, 0)
      assert.match(err, /warning: .*unheard-of/)
    }))

  test('lists each problem with its place and fails', (t) =>
    withFile(SAMPLE.replace('kind: openai', 'kind: opnai').replace('gpt-4o: {', 'gpt-4o: { more: 1,'), async (file) => {
      const { code, out } = await run(t, ['check', file], { KEY: 'k' })
      assert.equal(code, 1)
      const places = out
        .trim()
        .split('\n')
        .map((line) => line.slice(file.length, line.indexOf(' ')))
      assert.ok(places.length >= 2 && places.every((place) => /^:\d+:\d+$/.test(place)), out)
    }))

  test('fails on a file that is not there', async (t) => {
    const { code, out } = await run(t, ['check', '/no/such/file.yaml'])
    assert.equal(code, 1)
    assert.match(out, /^\/no\/such\/file\.yaml:1:1 /)
  })
})

describe('tollgate render', () => {
  test('prints YAML alone on stdout', (t) =>
    withFile(SAMPLE, async (file) => {
      for (const form of [[], ['--bootstrap']]) {
        const { code, out, err } = await run(t, ['render', 'envoy', file, ...form], { KEY: 'k' })
        assert.deepEqual([code, err], [0, ''])
        assert.match(out, /^layered_runtime:$/m)
        assert.equal(/^static_resources:$/m.test(out), form.length > 0)
      }
    }))

  test('fails with the problems of a bad file', (t) =>
    withFile('version: 2\n', async (file) => {
      const { code, out, err } = await run(t, ['render', 'envoy', file])
      assert.deepEqual([code, out], [1, ''])
      assert.match(err, /version/)
    }))
})
