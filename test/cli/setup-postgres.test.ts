import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Failure } from '../../cli/failure.js'
import { findPostgres } from '../../cli/setup-postgres.js'

/** Folders with programs that say to be these versions of Postgres. */
async function withFolders(
  versions: readonly string[],
  run: (folders: readonly string[], root: string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'tollgate-setup-'))
  try {
    for (const version of versions) {
      const bin = join(root, version, 'bin')
      await mkdir(bin, { recursive: true })
      for (const name of ['postgres', 'initdb']) {
        await writeFile(join(bin, name), `#!/bin/sh\necho 'postgres (PostgreSQL) ${version}.3 (Debian)'\n`)
        await chmod(join(bin, name), 0o755)
      }
    }
    await run(
      versions.map((version) => join(root, version, 'bin')),
      root,
    )
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const cache = '/nonexistent'
const search = (env: Readonly<Record<string, string>>, versions = '/nonexistent') => ({ env, cache, versions })
/** The shell of the scripts, behind what is looked for. */
const SHELL = ':/nonexistent'

test('a Postgres that is named goes before one on PATH', async () => {
  await withFolders(['15', '16'], async ([a = '', b = '']) => {
    assert.equal(await findPostgres(search({ TOLLGATE_POSTGRES: b, PATH: a + SHELL })), b)
    assert.equal(await findPostgres(search({ PATH: a + SHELL })), a)
  })
})

test('of those of the system the newest is taken, and none that is too old', async () => {
  await withFolders(['11', '9'], async ([old = '']) => {
    await withFolders(['13', '17'], async ([, newest], root) => {
      assert.equal(await findPostgres(search({ PATH: old + SHELL }, root)), newest)
    })
  })
})

test('a name that leads nowhere is said, not passed over', async () => {
  await assert.rejects(findPostgres(search({ TOLLGATE_POSTGRES: '/nonexistent' })), (error) => {
    assert.ok(error instanceof Failure)
    assert.match(error.message, /TOLLGATE_POSTGRES names \/nonexistent/)
    return true
  })
})
