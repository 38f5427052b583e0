import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import {
  type ConsumerEntity,
  declarativeFile,
  type PluginEntity,
  type RouteEntity,
  type ServiceEntity,
  type UpstreamEntity,
} from './entities.js'

/** A service, with Kong's own names for its fields. */
export interface Service extends Omit<ServiceEntity, 'id' | 'host' | 'url' | 'routes' | 'plugins'> {
  readonly id: string
  readonly host: string
}

export interface Route extends Omit<RouteEntity, 'id' | 'plugins'> {
  readonly id: string
  readonly service?: { readonly id: string } | undefined
}

export interface Upstream extends UpstreamEntity {
  readonly id: string
}

type WithId<T> = T & { readonly id: string }

export interface Consumer {
  /** What plugins see of it. */
  readonly entity: {
    readonly id: string
    readonly username?: string | undefined
    readonly custom_id?: string | undefined
    readonly tags?: readonly string[] | undefined
  }
  readonly keys: readonly WithId<ConsumerEntity['keyauth_credentials'][number]>[]
  readonly jwtSecrets: readonly WithId<ConsumerEntity['jwt_secrets'][number]>[]
  readonly groups: readonly string[]
}

/** A plugin as it is declared: its configuration is not checked yet. */
export interface PluginRow extends Omit<PluginEntity, 'id' | 'service' | 'route'> {
  readonly id: string
  readonly serviceId?: string | undefined
  readonly routeId?: string | undefined
}

/** A declarative configuration whose references are resolved. */
export interface KongConfig {
  readonly services: ReadonlyMap<string, Service>
  readonly routes: readonly Route[]
  readonly upstreams: ReadonlyMap<string, Upstream>
  readonly consumers: readonly Consumer[]
  readonly plugins: readonly PluginRow[]
  /** PEM by id. */
  readonly authorities: ReadonlyMap<string, string>
}

/** Reads a file as Kong's `config parse` does: throws on what Kong would refuse, and on what the stand-in does not know. */
export function parseDeclarative(text: string): KongConfig {
  const read = declarativeFile.safeParse(parse(text))
  if (!read.success) throw new Error(`the declarative configuration is wrong: ${z.prettifyError(read.error)}`)
  const file = read.data

  const services = new Map<string, Service>()
  const routes: Route[] = []
  const plugins: PluginRow[] = []
  const addPlugins = (rows: readonly PluginEntity[], scope: Pick<PluginRow, 'serviceId' | 'routeId'>) => {
    for (const { service, route, ...row } of rows) {
      const serviceId = service === undefined ? scope.serviceId : found(services.values(), service, 'service').id
      const routeId = route === undefined ? scope.routeId : found(routes, route, 'route').id
      const id = row.id ?? idOf('plugin', row.instance_name ?? `${row.name}:${routeId}:${serviceId}`)
      plugins.push({ ...row, id, serviceId, routeId })
    }
  }
  const addRoute = ({ plugins: nested, ...route }: RouteEntity, service: Service | undefined) => {
    const id = route.id ?? idOf('route', route.name ?? `${service?.id}:${JSON.stringify(route)}`)
    routes.push({ ...route, id, service: service && { id: service.id } })
    addPlugins(nested, { routeId: id })
  }
  for (const { routes: nested, plugins: nestedPlugins, url, ...entity } of file.services) {
    const service = serviceOf(entity, url)
    if (services.has(service.id)) throw new Error(`two services '${service.name}'`)
    services.set(service.id, service)
    for (const authority of service.ca_certificates ?? []) {
      found(file.ca_certificates, authority, 'ca_certificate')
    }
    addPlugins(nestedPlugins, { serviceId: service.id })
    for (const route of nested) addRoute(route, service)
  }
  for (const { service, ...route } of file.routes) {
    addRoute(route, service === undefined ? undefined : found(services.values(), service, 'service'))
  }
  addPlugins(file.plugins, {})

  unique('route', routes, ({ name }) => name)
  unique('upstream', file.upstreams, ({ name }) => name)
  unique('consumer', file.consumers, ({ username }) => username)
  unique('plugin', plugins, ({ name, routeId, serviceId }) => `${name} for route ${routeId}, service ${serviceId}`)
  const consumers = file.consumers.map(consumerOf)
  unique(
    'key',
    consumers.flatMap(({ keys }) => keys),
    ({ key }) => key,
  )
  unique(
    'jwt key',
    consumers.flatMap(({ jwtSecrets }) => jwtSecrets),
    ({ key }) => key,
  )
  return {
    services,
    routes,
    upstreams: new Map(file.upstreams.map((one) => [one.name, { ...one, id: one.id ?? idOf('upstream', one.name) }])),
    consumers,
    plugins,
    authorities: new Map(file.ca_certificates.map(({ id, cert }) => [id ?? idOf('ca_certificate', cert), cert])),
  }
}

function serviceOf(entity: Omit<ServiceEntity, 'url' | 'routes' | 'plugins'>, given: string | undefined): Service {
  const id = entity.id ?? idOf('service', entity.name ?? JSON.stringify(entity))
  if (given === undefined) return { ...entity, id, host: entity.host ?? '' }
  const url = new URL(given)
  const protocol = url.protocol === 'https:' ? 'https' : 'http'
  const port = Number(url.port || (protocol === 'https' ? 443 : 80))
  const path = url.pathname === '/' ? {} : { path: url.pathname }
  return { ...entity, id, protocol, host: url.hostname, port, ...path }
}

function consumerOf({ keyauth_credentials, jwt_secrets, acls, ...entity }: ConsumerEntity): Consumer {
  const id = entity.id ?? idOf('consumer', entity.username ?? entity.custom_id ?? '')
  return {
    entity: { ...entity, id },
    keys: keyauth_credentials.map((one) => ({ ...one, id: one.id ?? idOf('keyauth_credential', one.key) })),
    jwtSecrets: jwt_secrets.map((one) => ({ ...one, id: one.id ?? idOf('jwt_secret', one.key) })),
    groups: acls.map(({ group }) => group),
  }
}

function found<T extends { readonly id?: string | undefined; readonly name?: string | undefined }>(
  all: Iterable<T>,
  reference: string,
  kind: string,
): T {
  for (const one of all) if (one.id === reference || one.name === reference) return one
  throw new Error(`no ${kind} '${reference}'`)
}

function unique<T>(kind: string, all: readonly T[], keyOf: (one: T) => string | undefined): void {
  const seen = new Set<string>()
  for (const one of all) {
    const key = keyOf(one)
    if (key !== undefined && seen.has(key)) throw new Error(`two of ${kind} '${key}'`)
    if (key !== undefined) seen.add(key)
  }
}

/** The same name gives the same id after a reload, as in Kong. */
function idOf(kind: string, name: string): string {
  const hex = createHash('sha1').update(`${kind}:${name}`).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`
}
