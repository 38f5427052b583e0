import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../cli/failure.js'
import { installAside, isExecutable } from '../../cli/install-aside.js'
import { withProgress } from '../../cli/progress.js'
import { projectRoot } from '../../cli/project-root.js'
import { runCommand } from '../../cli/run-command.js'

/** The versions that are measured. Not always the newest: a figure is only comparable with itself. */
export const PEER_VERSIONS = { portkey: '1.15.2', litellm: '1.90.7' } as const

const DEADLINE_MS = 900_000
const GATEWAY = join('node_modules', '.bin', 'gateway')
const PACKAGES = 'packages'

/** The script of Portkey's gateway, installed below `.tollgate` by npm if it is not there. */
export async function findPortkey(): Promise<string> {
  const target = peerFolder(`portkey-${PEER_VERSIONS.portkey}`)
  await installOnce("Portkey's gateway", target, GATEWAY, async (folder) => {
    await writeFile(join(folder, 'package.json'), '{"private":true}')
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
    await run('npm', ['install', ...options, `@portkey-ai/gateway@${PEER_VERSIONS.portkey}`], folder)
  })
  return join(target, GATEWAY)
}

/** The folder with the packages of LiteLLM's proxy for `python3`, installed below `.tollgate` by pip if it is not there. */
export async function findLitellm(): Promise<string> {
  const target = peerFolder(`litellm-${PEER_VERSIONS.litellm}`)
  await installOnce('LiteLLM', target, join(PACKAGES, 'bin', 'litellm'), async (folder) => {
    const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--only-binary=:all:']
    const what = `litellm[proxy]==${PEER_VERSIONS.litellm}`
    await run('python3', ['-m', 'pip', 'install', ...options, '--target', join(folder, PACKAGES), what], folder)
  })
  return join(target, PACKAGES)
}

async function installOnce(
  what: string,
  target: string,
  proof: string,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  if (!(await isExecutable(join(target, proof))))
    await withProgress(`installing ${what}`, installAside(target, proof, work))
}

function peerFolder(name: string): string {
  return join(projectRoot(), '.tollgate', 'peers', name)
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const env = { ...process.env, PIP_USER: '0' }
  const ran = await runCommand(command, args, { cwd, env, deadlineMs: DEADLINE_MS })
  if (ran.kind === 'exited' && ran.code === 0) return
  const why = ran.kind === 'exited' ? (ran.output.trim().split('\n').at(-1) ?? '') : ran.kind
  throw new Failure(`${command} could not install a peer: ${why}`)
}
