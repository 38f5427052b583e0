import { renderBootstrap, renderParts } from '../envoy/render.js'
import { formatProblem } from '../io/config.js'
import { systemClock } from '../io/system-clock.js'
import { assemble, createLasting, envoyPlan } from './assemble.js'
import { addresses, type Environment, readConfiguration } from './configuration.js'
import { Failure } from './failure.js'

export interface RenderOptions {
  readonly configPath: string
  readonly env: Environment
  /** A complete configuration, or the parts to paste into an existing one. */
  readonly form: 'bootstrap' | 'parts'
}

/** The Envoy configuration for a file, as YAML. Throws `Failure` with one line per problem when the file is not valid. */
export function renderEnvoy({ configPath, env, form }: RenderOptions): string {
  const read = readConfiguration(configPath, env)
  if (!read.ok) throw new Failure(read.problems.map((problem) => formatProblem(configPath, problem)).join('\n'))
  const { clusters } = assemble(read.config, createLasting(systemClock))
  const { bind, port, extproc } = addresses(env)
  const plan = envoyPlan(read.config, clusters, { listener: { address: bind, port }, extproc })
  return form === 'bootstrap' ? renderBootstrap(plan) : renderParts(plan)
}
