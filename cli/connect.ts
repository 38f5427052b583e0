import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Credentials, Provider } from '../core/provider.js'
import type { Upstream } from '../core/settings.js'
import type { ProviderCluster } from '../envoy/plan.js'
import type { Config, TargetSettings } from '../io/config.js'
import type { Family } from '../llm/providers/family.js'
import { providers } from '../llm/providers/index.js'
import type { Lasting } from './lasting.js'

type ProviderSettings = Config['providers'] extends ReadonlyMap<string, infer S> ? S : never

/** A configured provider, where it is and how to call each of its APIs. */
interface Connection {
  serving(model: string, api: TargetSettings['api']): ReturnType<Family['serving']>
  readonly cluster: ProviderCluster
  upstream(api: Provider): Upstream
}

/** The credentials of a provider: its pool of keys, or its one account. */
export function credentialsOf(
  name: string,
  settings: ProviderSettings,
  { fallback }: Config,
  { credentials, providerKeys }: Lasting,
): Credentials {
  const { apiKeys } = settings
  return apiKeys ? providerKeys.for(name, apiKeys, fallback) : credentials.for(name, settings)
}

/** Throws when the provider's kind is not in this build, or has no endpoint. */
export function connect(name: string, settings: ProviderSettings, credentials: Credentials): Connection {
  const family = providers.get(settings.kind)
  const { apiVersion, region, project, location } = settings
  const options = { apiVersion, region, project, location }
  const base = settings.baseUrl ?? family?.defaultBaseUrl ?? family?.baseUrlFor?.(options)
  if (!family || base === undefined) throw new Error(`The provider kind '${settings.kind}' is not in this build.`)
  const url = new URL(base)
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port)
  const caFile = settings.tls.caFile ?? systemCaFile()
  const tls = scheme === 'https' ? { serverName: host, caFile } : undefined
  const { circuitBreaker, outlierDetection } = settings
  const shape = { name, host, port, tls, circuitBreaker, outlierDetection }
  const cluster = `tollgate_${name}_${createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 8)}`
  const at = region ?? location
  const where = at === undefined ? {} : { region: at }
  const place = { authority: url.host, scheme, basePath: url.pathname.replace(/\/+$/, ''), cluster, ...where } as const
  return {
    serving: (model, api) => family.serving(model, { api, options, basePath: place.basePath }),
    upstream: (provider) => ({ name, provider, credentials, options, ...place }),
    cluster: {
      name: cluster,
      statName: `tollgate_${name.replaceAll('.', '_')}`,
      host,
      port,
      tls,
      circuitBreaker,
      outlierDetection: outlierDetection.enabled ? outlierDetection : undefined,
      ...((settings.apiKeys?.length ?? 1) > 1 && { keys: 'several' as const }),
    },
  }
}

const CA_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** The certificate authorities of this system; Debian's place where none is found, as in the official Envoy images. */
function systemCaFile(): string {
  return CA_FILES.find((file) => existsSync(file)) ?? '/etc/ssl/certs/ca-certificates.crt'
}
