import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../cli/project-root.js'

/**
 * The folder that Kong is given with `-d`: the project's `dist/kong-plugin`, or what `TOLLGATE_PLUGINS_DIR` names. Builds it where it is
 * missing; whether it is up to date is for the launcher to see to.
 */
export function pluginsDir(
  folder = process.env['TOLLGATE_PLUGINS_DIR'] ?? join(projectRoot(), 'dist', 'kong-plugin'),
): string {
  const target = join(folder, 'tollgate')
  if (!existsSync(join(target, 'package.json'))) build(folder, target)
  return folder
}

/** Compiles into a folder aside and moves it, because test files run at the same time. Kong's server skips what begins with a dot. */
function build(folder: string, target: string): void {
  mkdirSync(folder, { recursive: true })
  const aside = mkdtempSync(join(folder, '.building-'))
  try {
    const compiler = join(projectRoot(), 'node_modules', 'typescript', 'bin', 'tsc')
    const args = ['-p', 'plugins', '--outDir', aside, '--incremental', 'false', '--tsBuildInfoFile', 'null']
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...args], {
      cwd: projectRoot(),
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the plugin does not compile: ${stdout}`)
    const manifest = { name: 'tollgate', private: true, type: 'commonjs', main: 'plugins/main.js' }
    writeFileSync(join(aside, 'package.json'), JSON.stringify(manifest))
    move(aside, target)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    // Another test was faster; what it has built is the same.
    if (!existsSync(join(to, 'package.json'))) throw error
  }
}
