#!/usr/bin/env node
// The `tollgate` command as it is committed: plain JavaScript on node: modules only, because it runs in a fresh clone,
// where it first installs the packages and builds. Everything it says goes to stderr; stdout belongs to the command.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lockFile = join(root, '.tollgate', 'setup.lock')
const packagesStamp = join(root, 'node_modules', '.tollgate-stamp')
const buildStamp = join(root, 'dist', '.stamp')
const entry = join(root, 'dist', 'cli', 'main.js')

requireNode(20, 19)
// As a dependency of something else the package is complete as it was packed.
if (!root.includes(`${sep}node_modules${sep}`)) {
  if (!packagesFresh()) locked(packagesFresh, installPackages)
  if (!buildFresh()) locked(buildFresh, build)
}
const { main } = await import(pathToFileURL(entry).href)
process.exit(await main(process.argv.slice(2), process.env))

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number)
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return
  fail(
    `Node ${major}.${minor} or newer is needed, this is ${process.versions.node}: install a newer one from nodejs.org`,
  )
}

/** Whether node_modules is what package-lock.json says, by our stamp or by a later `npm install` of the user's own. */
function packagesFresh() {
  const lock = join(root, 'package-lock.json')
  const npmsOwn = mtime(join(root, 'node_modules', '.package-lock.json'))
  if (npmsOwn > mtime(packagesStamp)) return npmsOwn >= mtime(lock)
  return npmsOwn > 0 && readFileSync(packagesStamp, 'utf8') === digest(readFileSync(lock))
}

function installPackages() {
  // npm says where it is to what it starts; without it the one on PATH is used.
  const npm = process.env.npm_execpath ?? ''
  // Not `npm ci`: where a registry lacks some platform's optional binaries it refuses the whole lock file.
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  step('installing packages (npm install)', () =>
    npm.endsWith('npm-cli.js') ? run(process.execPath, [npm, ...args]) : run('npm', args),
  )
  writeFileSync(packagesStamp, digest(readFileSync(join(root, 'package-lock.json'))))
}

function buildFresh() {
  if (!existsSync(entry)) return false
  // A production image has no compiler and no need of one.
  if (!existsSync(join(root, 'node_modules', 'typescript'))) return true
  return existsSync(buildStamp) && readFileSync(buildStamp, 'utf8') === sources().join('\n')
}

function build() {
  const now = sources()
  const before = existsSync(buildStamp) ? readFileSync(buildStamp, 'utf8').split('\n').map(pathOf) : []
  const present = new Set(now.map(pathOf))
  // The compiler never deletes: output of a source that is gone would still be imported, or run as a test.
  if (before.some((path) => !present.has(path))) rmSync(join(root, 'dist'), { recursive: true })
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  step('building (tsc)', () => {
    const problem = run(process.execPath, [compiler]) || run(process.execPath, [compiler, '-p', 'plugins'])
    if (!problem) describePlugin()
    return problem
  })
  writeFileSync(buildStamp, now.join('\n'))
}

/** Kong's plugin server loads the plugin with `require`, as a package of its own. */
function describePlugin() {
  const folder = join(root, 'dist', 'kong-plugin', 'tollgate')
  mkdirSync(folder, { recursive: true })
  const manifest = { name: 'tollgate', private: true, type: 'commonjs', main: 'plugins/main.js' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
}

/** One line per source: path, size, time of change. */
function sources() {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  const files = [
    'tsconfig.json',
    'plugins/tsconfig.json',
    'package-lock.json',
    ...include.flatMap((folder) => filesIn(folder)),
  ]
  return files.map((path) => {
    const { size, mtimeMs } = statSync(join(root, path))
    return `${path}\t${size}\t${mtimeMs}`
  })
}

function filesIn(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((member) => {
    const path = `${folder}/${member.name}`
    if (member.isDirectory()) return filesIn(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

/** Two commands started at once in a fresh clone must not install over each other. */
function locked(done, work) {
  mkdirSync(dirname(lockFile), { recursive: true })
  for (let waits = 0; !takeLock(); waits++) {
    if (waits === 10) say(`waiting for another tollgate that is installing or building (${lockFile})`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  try {
    if (!done()) work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function takeLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'))
    if (holder === process.pid) rmSync(lockFile, { force: true })
    else process.kill(holder, 0)
  } catch (error) {
    if (error.code === 'ESRCH') rmSync(lockFile, { force: true })
  }
  return false
}

function step(what, work) {
  say(`${what} ...`)
  const begun = Date.now()
  const problem = work()
  if (problem) fail(`${what} failed: ${problem}`)
  say(`${what}: done in ${Math.ceil((Date.now() - begun) / 1000)} s`)
}

/** Runs a command with both outputs on our stderr; says what went wrong, or nothing. */
function run(command, args) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) return error.code === 'ENOENT' ? `${command} is not on PATH` : error.message
  if (signal) return `ended by ${signal}`
  return status === 0 ? '' : `exit code ${status}, see above`
}

function mtime(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function pathOf(line) {
  return line.split('\t')[0]
}

function say(line) {
  process.stderr.write(`tollgate: ${line}\n`)
}

function fail(line) {
  say(line)
  rmOwnLock()
  process.exit(1)
}

function rmOwnLock() {
  if (existsSync(lockFile) && readFileSync(lockFile, 'utf8') === String(process.pid)) rmSync(lockFile)
}
