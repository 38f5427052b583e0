import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CHECK_STEPS, runCheck } from '../../cli/check-steps.js'
import { projectRoot } from '../../cli/project-root.js'

// A project of four files, under this repository's own settings.
describe('the checks of npm test', () => {
  let project = ''
  before(async () => {
    const root = projectRoot()
    project = await mkdtemp(join(tmpdir(), 'tollgate-checks-'))
    for (const file of ['biome.json', 'tsconfig.json']) await cp(join(root, file), join(project, file))
    await cp(join(root, 'knip.json'), join(project, 'knip.json'))
    await cp(join(root, 'plugins/tsconfig.json'), join(project, 'plugins/tsconfig.json'))
    await symlink(join(root, 'node_modules'), join(project, 'node_modules'))
    for (const folder of ['core', 'cli', 'plugins', 'test']) await mkdir(join(project, folder), { recursive: true })
    const manifest = { name: 'checked', private: true, type: 'module', bin: 'cli/tollgate.mjs' }
    await write('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
    await write('cli/tollgate.mjs', "await import('../dist/cli/main.js')\n")
    await write('cli/main.ts', "import { one } from '../core/one.js'\n\nconsole.log(one)\n")
    await write('core/one.ts', 'export const one = 1\n')
    await write('plugins/main.ts', "import { one } from '../core/one.js'\n\nexport const Plugin = one\n")
  })
  after(() => rm(project, { recursive: true, force: true }))

  const write = (file: string, text: string) => writeFile(join(project, file), text)
  const failing = () => CHECK_STEPS.filter((step) => !runCheck(step, project).ok).map(({ name }) => name)
  const planted = async (file: string, text: string) => {
    await write(file, text)
    const found = failing()
    await rm(join(project, file))
    return found
  }
  const use = "import './one.js'\n\n"

  test('pass on a clean project', () => {
    const outputs = CHECK_STEPS.map((step) => runCheck(step, project)).filter(({ ok }) => !ok)
    assert.deepEqual(outputs, [])
  })

  test('fail on a badly formatted file', async () => {
    assert.deepEqual(await planted('test/two.test.ts', 'console.log( "two" );\n'), ['format and lint'])
  })

  test('fail on a lint error', async () => {
    const found = await planted('test/two.test.ts', 'export function two(x: any) {\n  return x\n}\n')
    assert.deepEqual(found, ['format and lint'])
  })

  test('fail on a type error', async () => {
    assert.deepEqual(await planted('test/two.test.ts', "export const two: number = 'two'\n"), ['types and build'])
  })

  test('fail on what the plugin cannot be built with', async () => {
    const found = await planted('plugins/two.ts', "import './main.js'\n\nexport const two = import.meta.url\n")
    assert.deepEqual(found, ['dead code'])
    await write(
      'plugins/main.ts',
      "import { one } from '../core/one.js'\n\nexport const Plugin = [one, import.meta.url]\n",
    )
    const main = failing()
    await write('plugins/main.ts', "import { one } from '../core/one.js'\n\nexport const Plugin = one\n")
    assert.deepEqual(main, ["the Kong plugin's build"])
  })

  test('fail on an export that nobody uses, and on a file that nobody imports', async () => {
    await write('core/one.ts', 'export const one = 1\nexport const dead = 2\n')
    const dead = failing()
    await write('core/one.ts', 'export const one = 1\n')
    assert.deepEqual(dead, ['dead code'])
    assert.deepEqual(await planted('core/two.ts', `${use}console.log(2)\n`), ['dead code'])
  })

  test('fail when there is nothing to look at', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'tollgate-empty-'))
    try {
      await symlink(join(projectRoot(), 'node_modules'), join(empty, 'node_modules'))
      for (const file of ['biome.json', 'tsconfig.json', 'knip.json'])
        await cp(join(projectRoot(), file), join(empty, file))
      await rm(join(empty, 'biome.json'))
      const passed = CHECK_STEPS.filter((step) => runCheck(step, empty).ok).map(({ name }) => name)
      assert.deepEqual(passed, [])
    } finally {
      await rm(empty, { recursive: true, force: true })
    }
  })
})
