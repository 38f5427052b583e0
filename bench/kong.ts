import { PLUGIN_COLUMNS, pluginLines, RELAY_COLUMNS, relayLines } from './kong-figures.js'
import { measurePlugins, type PluginSize } from './kong-plugin.js'
import { measureRelay, type RelaySize } from './kong-relay.js'
import { kongResults, kongTable, unmet } from './kong-table.js'
import type { Form } from './parts.js'
import { writeFigures } from './results.js'
import { jobs } from './workload.js'
import { emptyWorkspace } from './workspace.js'

interface Size {
  readonly plugin: PluginSize
  readonly relay: RelaySize
}

const FULL: Size = {
  plugin: { rounds: 7, events: 20_000, single: 5000 },
  relay: { rounds: 9, warmUp: jobs(4000, 150, 150), jobs: jobs(3000, 300, 300) },
}
const QUICK: Size = {
  plugin: { rounds: 3, events: 6000, single: 1500 },
  relay: { rounds: 3, warmUp: jobs(2500, 50, 50), jobs: jobs(1500, 150, 150) },
}

/**
 * What Tollgate costs behind Kong: its plugin in the plugin server, and the relay. No Kong is involved. `full` writes the `kong`
 * part of `bench/results.json` and the tables in `docs/benchmarks.md`. Returns 1 when a goal is missed.
 */
export async function benchKong(form: Form): Promise<number> {
  const size = form === 'full' ? FULL : QUICK
  const directory = emptyWorkspace('bench-kong')
  console.log('Kong: starting two plugin servers')
  const plugin = pluginLines(await measurePlugins(size.plugin, directory))
  console.log('Kong: starting the relay and two proxies')
  const measured = await measureRelay(size.relay, directory)
  const relay = relayLines(measured.rounds, measured.idle)

  const tables = `${kongTable(PLUGIN_COLUMNS, plugin)}\n\n${kongTable(RELAY_COLUMNS, relay)}`
  console.log(`\n${tables}\n`)
  if (form === 'full') {
    const kong = {
      versions: { node: process.versions.node },
      plugin: kongResults(plugin, size.plugin.rounds),
      relay: kongResults(relay, size.relay.rounds),
    }
    writeFigures({ kong }, 'kong', tables)
  }
  const missing = unmet([...plugin, ...relay])
  for (const { text } of missing) console.log(text)
  return missing.some(({ verdict }) => verdict === 'missed') ? 1 : 0
}
