import { acl, jwt, keyAuth } from './auth-plugins.js'
import type { BundledContext, ReadyPlugin } from './bundled-plugin.js'
import type { KongConfig, PluginRow } from './declarative.js'
import type { ExternalPlugin } from './plugin-phase.js'
import { configFor, type PluginInfo, type Resolve } from './plugin-schema.js'
import type { Match } from './router.js'
import { LOG_PLUGINS, TRAFFIC_PLUGINS } from './traffic-plugins.js'

/** One plugin on a request's way. */
export type ChainLink =
  | { readonly kind: 'bundled'; readonly name: string; readonly priority: number; readonly ready: ReadyPlugin }
  | {
      readonly kind: 'external'
      readonly name: string
      readonly priority: number
      readonly phases: PluginInfo['phases']
      readonly plugin: ExternalPlugin
    }

export interface ChainContext extends BundledContext {
  /** The plugin of the plugin server. */
  readonly external: PluginInfo
  readonly resolve: Resolve
  /** Of configurations: the next number. */
  readonly sequence: () => number
}

const BUNDLED = new Map([jwt, keyAuth, acl, ...TRAFFIC_PLUGINS].map((one) => [one.name, one]))

/** Prepares every declared plugin and gives those of a match in the order they run. Throws on plugins that nobody has. */
export function pluginChains(config: KongConfig, context: ChainContext): (match: Match) => readonly ChainLink[] {
  const rows = config.plugins.map((row) => ({ row, link: linkOf(row, context) }))
  return ({ route, service }) => {
    const names = new Set(rows.map(({ row }) => row.name))
    const links = [...names].flatMap((name) => {
      const candidates = rows
        .filter(
          ({ row }) =>
            row.name === name && row.enabled && row.protocols.includes('http') && applies(row, route.id, service?.id),
        )
        .sort((a, b) => precedence(b.row) - precedence(a.row))
      return candidates.slice(0, 1).map(({ link }) => link)
    })
    return links.sort((a, b) => b.priority - a.priority)
  }
}

/** Whether a log entry of the request is wanted. */
export const writesLog = (chain: readonly ChainLink[]): boolean => chain.some(({ name }) => LOG_PLUGINS.includes(name))

const applies = ({ routeId, serviceId }: PluginRow, route: string, service: string | undefined) =>
  (routeId === undefined || routeId === route) && (serviceId === undefined || serviceId === service)

/** Of several with the same name the one that is meant most closely runs: route and service, route, service, all. */
const precedence = ({ routeId, serviceId }: PluginRow) =>
  (routeId === undefined ? 0 : 2) + (serviceId === undefined ? 0 : 1)

function linkOf(row: PluginRow, context: ChainContext): ChainLink {
  const { external } = context
  if (row.name === external.name) {
    const sequence = context.sequence()
    const config = {
      ...configFor(external.fields, row.config, context.resolve),
      __plugin_id: row.id,
      __seq__: sequence,
      __key__: `plugins:${row.name}:${row.routeId ?? ''}:${row.serviceId ?? ''}:::`,
      ...(row.routeId !== undefined && { route_id: row.routeId }),
      ...(row.serviceId !== undefined && { service_id: row.serviceId }),
    }
    const plugin = { name: row.name, id: row.id, sequence, config }
    return { kind: 'external', name: row.name, priority: external.priority, phases: external.phases, plugin }
  }
  const known = BUNDLED.get(row.name)
  if (!known) throw new Error(`plugin '${row.name}' not enabled; add it to the 'plugins' configuration property`)
  return { kind: 'bundled', name: row.name, priority: known.priority, ready: known.prepare(row.config, context) }
}
