import { formatProblem } from '../io/config.js'
import { systemClock } from '../io/system-clock.js'
import { assemble } from './assemble.js'
import { type Environment, readConfiguration } from './configuration.js'
import { asFailure, Failure } from './failure.js'
import { prepareGuards } from './guards.js'
import { createLasting } from './lasting.js'

/** What there is to say of a configuration file, one line each; it can be used when `problems` is empty. */
export interface Findings {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

/** Reads a configuration file as `serve` would, without starting anything. Never throws for what the file holds. */
export async function findingsIn(path: string, env: Environment): Promise<Findings> {
  const parsed = readConfiguration(path, env)
  if (!parsed.ok) return { problems: parsed.problems.map((problem) => formatProblem(path, problem)), warnings: [] }
  const lasting = createLasting(systemClock)
  const prepared = await prepareGuards(parsed.config, lasting).catch(asFailure)
  if (prepared instanceof Failure) return { problems: [`${path}: ${prepared.message}`], warnings: [] }
  const { warnings } = assemble(parsed.config, lasting, prepared)
  return {
    problems: [],
    warnings: [
      ...parsed.warnings.map(({ message, ...place }) =>
        formatProblem(path, { ...place, message: `warning: ${message}` }),
      ),
      ...warnings.map((warning) => `${path}: warning: ${warning}`),
    ],
  }
}

/** `tollgate check FILE`: problems or `FILE: ok` on stdout, warnings on stderr; returns the exit code. */
export async function check(path: string, env: Environment): Promise<number> {
  const { problems, warnings } = await findingsIn(path, env)
  for (const warning of warnings) process.stderr.write(`${warning}\n`)
  const lines = problems.length === 0 ? [`${path}: ok`] : problems
  process.stdout.write(`${lines.join('\n')}\n`)
  return problems.length === 0 ? 0 : 1
}
