import { z } from 'zod'
import type { OwnAnswer } from './answers.js'
import type { Exchange } from './exchange.js'
import { accessCalls, type Finished, logCalls, type MakeCall } from './pdk.js'
import { type CallScope, type Gateway, LuaError } from './pdk-call.js'
import { type PluginRpc, PluginSilence } from './plugin-rpc.js'
import { PluginRpcError } from './plugin-server.js'

/** A declared plugin that the plugin server runs. */
export interface ExternalPlugin {
  readonly name: string
  readonly id: string
  /** Higher after each reload. */
  readonly sequence: number
  /** As the plugin gets it. */
  readonly config: Readonly<Record<string, unknown>>
}

/** How a phase of a plugin ended. */
export type PhaseEnd =
  /** The request goes on: also when the plugin has thrown, or its server is gone. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'answer'; readonly answer: OwnAnswer }
  /** Kong itself has thrown: 500. */
  | { readonly kind: 'failed' }

export interface PluginPhases {
  access(plugin: ExternalPlugin, exchange: Exchange, gateway: Gateway): Promise<PhaseEnd>
  log(plugin: ExternalPlugin, exchange: Exchange, gateway: Gateway, finished: Finished): Promise<PhaseEnd>
}

/** Runs phases on the plugin server that `rpc` leads to at the time. */
export function pluginPhases(rpc: () => PluginRpc): PluginPhases {
  const instances = new Map<string, { readonly sequence: number; readonly id: Promise<number> }>()

  const instanceOf = (plugin: ExternalPlugin): Promise<number> => {
    const known = instances.get(plugin.id)
    if (known?.sequence === plugin.sequence) return known.id
    const id = start(plugin)
    instances.set(plugin.id, { sequence: plugin.sequence, id })
    id.then(
      // Kong does not care whether it could be closed.
      () => known?.id.then((old) => rpc().call('plugin.CloseInstance', old)).catch(() => undefined),
      () => instances.delete(plugin.id),
    )
    return id
  }
  const start = async ({ name, config }: ExternalPlugin) => {
    const given = { Name: name, Config: JSON.stringify(config) }
    return z.object({ Id: z.int() }).parse(await rpc().call('plugin.StartInstance', given)).Id
  }

  const run = async (
    plugin: ExternalPlugin,
    phase: string,
    makeCall: MakeCall,
    scope: CallScope,
  ): Promise<PhaseEnd> => {
    const { faults } = scope.gateway
    let instance: number
    try {
      instance = await instanceOf(plugin)
    } catch (error) {
      faults.add('instance_not_started', `${plugin.name}: ${error}`)
      return { kind: 'failed' }
    }
    try {
      return await conversation(rpc(), instance, phase, makeCall, scope)
    } catch (error) {
      if (error instanceof PluginRpcError && /no plugin instance/i.test(error.message)) {
        // The server has been restarted: no instance that Kong knows of exists.
        instances.clear()
        return run(plugin, phase, makeCall, scope)
      }
      if (error instanceof LuaError) {
        faults.add(error.kind, error.message)
        return { kind: 'failed' }
      }
      faults.add(kindOf(error), `${plugin.name}.${phase}: ${error}`)
      return { kind: 'continue' }
    }
  }

  return {
    access: (plugin, exchange, gateway) => run(plugin, 'access', accessCalls, { exchange, plugin, gateway }),
    log: (plugin, exchange, gateway, finished) => run(plugin, 'log', logCalls(finished), { exchange, plugin, gateway }),
  }
}

const reply = z.object({
  EventId: z.int(),
  Data: z.union([z.literal('ret'), z.object({ Method: z.string(), Args: z.unknown() })]),
})

/** One event: each reply asks for a call of the development kit, until the plugin is done or has ended the request. */
async function conversation(
  rpc: PluginRpc,
  instance: number,
  phase: string,
  makeCall: MakeCall,
  scope: CallScope,
): Promise<PhaseEnd> {
  const first = await rpc.call('plugin.HandleEvent', { InstanceId: instance, EventName: phase })
  let { EventId, Data } = reply.parse(first)
  while (Data !== 'ret') {
    const { Method, Args } = Data
    const result = await makeCall(Method, Args, scope).catch((error: unknown) => {
      throw error instanceof LuaError ? new LuaError(`${Method}: ${error.message}`, error.kind) : error
    })
    if (result.kind === 'answer') return result
    // Nil is a member that is not there.
    const step = result.value === undefined ? { EventId } : { EventId, Data: result.value }
    ;({ Data } = reply.parse(await rpc.call(result.step, step)))
  }
  return { kind: 'continue' }
}

function kindOf(error: unknown) {
  if (error instanceof PluginSilence) return 'plugin_server_silent'
  return error instanceof PluginRpcError ? 'plugin_rpc_error' : 'plugin_server_gone'
}
