import { accountOf } from '../credentials/accounts.js'
import { keyOffset } from './issues.js'
import type { Fault, Path } from './problems.js'
import type { Config, ProviderSettings } from './settings.js'
import { listed } from './suggest.js'
import type { Place } from './tree.js'

/**
 * What a valid configuration says in vain or at a risk: unused entries, keys that travel in clear text, and personal data that each
 * of several Tollgates replaces in its own way.
 */
export function warningsFor(config: Config, place: Place): readonly Fault[] {
  const targets = [...config.models.values()].flatMap((model) => model.targets)
  const used = new Set(targets.map((target) => target.provider))
  const called = new Set(targets.map((target) => target.model))
  const faults: Fault[] = []
  const warn = (path: Path, message: string) => faults.push({ path, at: keyOffset(place, path), message })

  for (const [name, provider] of config.providers) {
    if (!used.has(name)) warn(['providers', name], 'is used by no model')
    if (isSentAsItIs(provider) && provider.baseUrl !== undefined && leaksKeys(provider.baseUrl)) {
      warn(['providers', name, 'baseUrl'], 'sends its credentials over the network unencrypted; use https://')
    }
  }
  for (const section of ['prices', 'catalog'] as const) {
    for (const name of config[section].keys()) {
      if (!called.has(name))
        warn([section, name], "is no target's model; entries go by the target's model name, not by the client's")
    }
  }
  if (config.keys?.store.kind === 'file' && config.store.kind === 'redis') {
    const elsewhere = 'while budgets are in Redis: other Tollgates do not know them'
    warn(['keys'], `are in a file of this machine, ${elsewhere}; set keys.store: { kind: redis }`)
  }
  for (const [index, message] of accessDoubts(config)) warn(['access', 'rules', index], message)
  for (const [index, message] of piiDoubts(config)) {
    warn(place.inside.get('pii')?.inside.has(index) ? ['pii', index] : ['pii'], message)
  }
  return faults
}

function accessDoubts({ access, providers }: Config): readonly (readonly [index: number, message: string])[] {
  const rules = access?.rules ?? []
  const catchAll = rules.findIndex(({ conditions }) => conditions.length === 0)
  const lost = [...providers].flatMap(([name, { region, location }]) =>
    (region ?? location) === undefined ? [name] : [],
  )
  return rules.flatMap(({ conditions }, index): readonly (readonly [number, string])[] => {
    if (catchAll >= 0 && index > catchAll) {
      return [[index, `is never reached: access.rules[${catchAll}] matches every call`]]
    }
    const asks = conditions.some((condition) => condition.kind === 'value' && condition.dimension === 'region')
    if (!asks || lost.length === 0) return []
    return [[index, `asks for a region, and nobody says where these providers are: ${listed(lost)}`]]
  })
}

function piiDoubts({ pii, store }: Config): readonly (readonly [index: number, message: string])[] {
  const catchAll = pii.findIndex(({ match }) => match.size === 0)
  return pii.flatMap(({ key }, index): readonly (readonly [number, string])[] => {
    if (catchAll >= 0 && index > catchAll) return [[index, `is never reached: pii[${catchAll}] matches every request`]]
    if (key !== undefined || store.kind !== 'redis') return []
    return [[index, 'has no key: each Tollgate that shares the store writes other placeholders and hashes; set one']]
  })
}

/** Keys and bearer tokens; a signature of AWS says nothing to who reads it. */
function isSentAsItIs({ kind, apiKey, apiKeys }: ProviderSettings): boolean {
  const account = accountOf(kind)
  return apiKey !== undefined || apiKeys !== undefined || account === 'google' || account === 'entra'
}

function leaksKeys(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl)
  return protocol === 'http:' && !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
