import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { projectRoot } from '../../cli/project-root.js'

// A clone of three files with stand-ins for npm and the compiler, which note that they were called.
describe('the launcher in a fresh clone', () => {
  let clone = ''
  beforeEach(async () => {
    clone = await mkdtemp(join(tmpdir(), 'tollgate-clone-'))
    await cp(join(projectRoot(), 'cli/tollgate.mjs'), join(clone, 'cli/tollgate.mjs'))
    await write('tsconfig.json', '{ "include": ["cli"] }')
    await write('plugins/tsconfig.json', '{}')
    await write('package.json', '{ "type": "module" }')
    await write('package-lock.json', 'one')
    await write('cli/main.ts', 'first')
    await write('npm-cli.js', NPM)
  })
  afterEach(() => rm(clone, { recursive: true, force: true }))

  const write = async (file: string, text: string) => {
    await mkdir(join(clone, file, '..'), { recursive: true })
    await writeFile(join(clone, file), text)
  }
  const compiler = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
appendFileSync('calls', process.argv.includes('plugins') ? 'tsc-plugins ' : 'tsc ')
console.log('compiling')
mkdirSync('dist/cli', { recursive: true })
writeFileSync('dist/cli/main.js', 'export const main = async (args) => (console.log(args.join()), 7)')
`
  const NPM = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
appendFileSync('calls', 'npm ')
console.log('added packages')
mkdirSync('node_modules/typescript/bin', { recursive: true })
writeFileSync('node_modules/.package-lock.json', '{}')
writeFileSync('node_modules/typescript/package.json', '{ "type": "module" }')
writeFileSync('node_modules/typescript/bin/tsc', ${JSON.stringify(compiler)})
`
  const run = async (...args: readonly string[]) => {
    const env = { ...process.env, npm_execpath: join(clone, 'npm-cli.js') }
    const child = spawn(process.execPath, [join(clone, 'cli/tollgate.mjs'), ...args], { env })
    const printed = { out: '', err: '' }
    child.stdout.on('data', (chunk) => {
      printed.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      printed.err += chunk
    })
    const [code] = await once(child, 'close')
    const calls = await readFile(join(clone, 'calls'), 'utf8').catch(() => '')
    await rm(join(clone, 'calls'), { force: true })
    return { code, ...printed, calls: calls.trim() }
  }

  test('installs, builds and runs, with nothing but the command on stdout', async () => {
    const { code, out, err, calls } = await run('check', 'x')
    assert.deepEqual([code, out, calls], [7, 'check,x\n', 'npm tsc tsc-plugins'])
    assert.match(err, /installing packages.*\n[\s\S]*building/)
    assert.deepEqual(await run('again'), { code: 7, out: 'again\n', err: '', calls: '' })
  })

  test('installs again when package-lock.json changed, builds again when a source changed', async () => {
    await run()
    await write('cli/main.ts', 'second')
    assert.equal((await run()).calls, 'tsc tsc-plugins')
    await write('package-lock.json', 'two')
    assert.equal((await run()).calls, 'npm tsc tsc-plugins')
  })

  test('drops the output of a source that is gone', async () => {
    await write('cli/more.ts', '')
    await run()
    await write('dist/cli/more.js', '')
    await rm(join(clone, 'cli/more.ts'))
    assert.equal((await run()).calls, 'tsc tsc-plugins')
    await assert.rejects(readFile(join(clone, 'dist/cli/more.js')))
  })

  test('takes packages that the user installed by hand', async () => {
    await run()
    await write('package-lock.json', 'two')
    const later = new Date(Date.now() + 60_000)
    await utimes(join(clone, 'node_modules/.package-lock.json'), later, later)
    assert.equal((await run()).calls, 'tsc tsc-plugins')
  })

  test('runs what was built where there is no compiler', async () => {
    await run()
    await rm(join(clone, 'node_modules/typescript'), { recursive: true })
    await write('cli/main.ts', 'second')
    assert.equal((await run()).calls, '')
  })

  test('says which step failed, keeps no lock and tries again the next time', async () => {
    await write('npm-cli.js', "console.error('registry is down'); process.exit(4)")
    const { code, out, err } = await run()
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, /registry is down\ntollgate: installing packages .*failed: exit code 4/)
    await write('npm-cli.js', NPM)
    assert.equal((await run()).code, 7)
  })

  test('takes over the lock of a process that died, and two at once install once', async () => {
    await write('.tollgate/setup.lock', '999999999')
    const both = await Promise.all([run(), run()])
    assert.deepEqual(
      both.map(({ code }) => code),
      [7, 7],
    )
    assert.equal(
      both.map(({ err }) => err.match(/: done in/g)?.length ?? 0).reduce((a, b) => a + b),
      2,
    )
  })
})
