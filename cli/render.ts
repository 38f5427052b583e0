import { renderBootstrap, renderParts } from '../envoy/render.js'
import { formatProblem } from '../io/config.js'
import { systemClock } from '../io/system-clock.js'
import { renderDeclarative } from '../kong/declarative.js'
import { renderKubernetes } from '../kong/kubernetes.js'
import { renderSettings } from '../kong/settings.js'
import { assemble, envoyPlan } from './assemble.js'
import { addresses, type Environment, readConfiguration } from './configuration.js'
import { Failure } from './failure.js'
import { kongPlan } from './kong-plan.js'
import { createLasting } from './lasting.js'
import { workerCount } from './worker-count.js'

export interface RenderOptions {
  readonly configPath: string
  readonly env: Environment
  /** A complete configuration, or the parts to paste into an existing one. */
  readonly form: 'bootstrap' | 'parts'
}

/** The Envoy configuration for a file, as YAML. Throws `Failure` with one line per problem when the file is not valid. */
export function renderEnvoy({ configPath, env, form }: RenderOptions): string {
  const { config, clusters } = valid(configPath, env)
  const { bind, port, extproc } = addresses(env)
  const several = workerCount(env, ['envoy'], config) > 1
  const listener = { address: bind, port, ...(several && { balance: 'even' as const }) }
  const plan = envoyPlan(config, clusters, { listener, extproc })
  return form === 'bootstrap' ? renderBootstrap(plan) : renderParts(plan)
}

export interface RenderKongOptions {
  readonly configPath: string
  readonly env: Environment
  /** Kong's declarative configuration, the environment of its process, or objects for its Kubernetes controller. */
  readonly form: 'declarative' | 'settings' | 'kubernetes'
}

/** What Kong reads for a file. Throws `Failure` with one line per problem when the file or an address is not valid. */
export function renderKong({ configPath, env, form }: RenderKongOptions): string {
  const { config, clusters } = valid(configPath, env)
  const plan = kongPlan(config, clusters, addresses(env), systemClock.now())
  switch (form) {
    case 'declarative':
      return renderDeclarative(plan)
    case 'settings':
      return renderSettings(plan)
    case 'kubernetes':
      return renderKubernetes(plan)
  }
}

function valid(configPath: string, env: Environment) {
  const read = readConfiguration(configPath, env)
  if (!read.ok) throw new Failure(read.problems.map((problem) => formatProblem(configPath, problem)).join('\n'))
  return { config: read.config, clusters: assemble(read.config, createLasting(systemClock)).clusters }
}
