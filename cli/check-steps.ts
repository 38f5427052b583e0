import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** One of the checks that come before the tests: a tool of node_modules with its arguments. */
export interface CheckStep {
  readonly name: string
  readonly tool: string
  readonly args: readonly string[]
  /** What the tool prints when it really looked at something; a tool that found no files says "fine" too. */
  readonly proof?: RegExp
}

/** Format and lint, types and build, dead code. */
export const CHECK_STEPS: readonly CheckStep[] = [
  {
    name: 'format and lint',
    tool: '@biomejs/biome/bin/biome',
    args: ['ci', '--colors=off', '--error-on-warnings', '.'],
    proof: /Checked [1-9]\d* files?/,
  },
  { name: 'types and build', tool: 'typescript/bin/tsc', args: [] },
  { name: "the Kong plugin's build", tool: 'typescript/bin/tsc', args: ['-p', 'plugins'] },
  { name: 'dead code', tool: 'knip/bin/knip.js', args: ['--no-progress'] },
]

/** Runs one step in a project folder; its output is returned, not shown. */
export function runCheck(step: CheckStep, project: string): { readonly ok: boolean; readonly output: string } {
  const tool = join(project, 'node_modules', ...step.tool.split('/'))
  const ran = spawnSync(process.execPath, [tool, ...step.args], { cwd: project, encoding: 'utf8' })
  const output = `${ran.stdout ?? ''}${ran.stderr ?? ''}${ran.error ? `${ran.error.message}\n` : ''}`
  const isProven = step.proof === undefined || step.proof.test(output)
  return { ok: ran.status === 0 && isProven, output: isProven ? output : `${output}(nothing was checked)\n` }
}
