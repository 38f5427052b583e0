import { z } from 'zod'

/** Kong's own kinds of fields and defaults for the entities of a declarative configuration; fields it does not know are errors. */

const milliseconds = z
  .int()
  .min(1)
  .max(2 ** 31 - 2)
  .default(60_000)
const seconds = z.number().min(0).max(65_535)
const count = z.int().min(0).max(255)
const statuses = (values: readonly number[]) =>
  z
    .array(z.int().min(100).max(999))
    .min(1)
    .default([...values])
const common = { id: z.uuid().optional(), tags: z.array(z.string().min(1)).optional() }
const entityName = z.string().regex(/^[\p{L}\p{N}._~-]+$/u)

/** A reference to another entity: its name or id. */
const reference = z
  .union([z.string(), z.strictObject({ name: z.string() }), z.strictObject({ id: z.string() })])
  .transform((given) => (typeof given === 'string' ? given : 'name' in given ? given.name : given.id))

const plugin = {
  ...common,
  name: z.string(),
  instance_name: entityName.optional(),
  enabled: z.boolean().default(true),
  protocols: z.array(z.enum(['http', 'https'])).default(['http', 'https']),
  config: z.record(z.string(), z.unknown()).default({}),
}
const nestedPlugins = z.array(z.strictObject(plugin)).default([])

const prefixPath = /^\/(?!\/)(?:[\w.~/%:@!$&'()*+,;=-](?<!\/\/))*$/
const path = z
  .string()
  .refine(
    (value) => (value.startsWith('~') ? value.startsWith('~/') && isRegex(value.slice(1)) : prefixPath.test(value)),
    {
      error: 'should start with / (a fixed path) or ~/ (a regex path)',
    },
  )
const host = z.string().regex(/^(?:\*\.)?[\w.-]+(?:\.\*)?(?::\d+)?$/)

const route = {
  ...common,
  name: entityName.optional(),
  protocols: z.array(z.enum(['http', 'https'])).default(['http', 'https']),
  methods: z.array(z.string().regex(/^[A-Z]+$/)).optional(),
  hosts: z.array(host).optional(),
  paths: z.array(path).optional(),
  headers: z.record(z.string(), z.array(z.string()).min(1)).optional(),
  https_redirect_status_code: z
    .union([z.literal(426), z.literal(301), z.literal(302), z.literal(307), z.literal(308)])
    .default(426),
  regex_priority: z.int().default(0),
  strip_path: z.boolean().default(true),
  path_handling: z.literal('v0').default('v0'),
  preserve_host: z.boolean().default(false),
  request_buffering: z.boolean().default(true),
  response_buffering: z.boolean().default(true),
  plugins: nestedPlugins,
}
const matchesSomething = (given: { [field in 'methods' | 'hosts' | 'paths' | 'headers']?: object | undefined }) =>
  [given.methods, given.hosts, given.paths, given.headers].some((value) => value && Object.keys(value).length > 0)
const noMatch = { error: "must set one of 'methods', 'hosts', 'headers', 'paths'" }

const service = z
  .strictObject({
    ...common,
    name: entityName.optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    protocol: z.enum(['http', 'https']).default('http'),
    host: z.string().min(1).optional(),
    port: z.int().min(0).max(65_535).default(80),
    path: z.string().regex(prefixPath).optional(),
    retries: z.int().min(0).max(32_767).default(5),
    connect_timeout: milliseconds,
    write_timeout: milliseconds,
    read_timeout: milliseconds,
    enabled: z.boolean().default(true),
    tls_verify: z.boolean().optional(),
    tls_verify_depth: z.int().min(0).max(64).optional(),
    ca_certificates: z.array(z.uuid()).optional(),
    plugins: nestedPlugins,
    routes: z.array(z.strictObject(route).refine(matchesSomething, noMatch)).default([]),
  })
  .refine(({ host, url }) => (host === undefined) !== (url === undefined), { error: 'host: required field missing' })
  .refine((given) => given.protocol === 'https' || given.url?.startsWith('https') || noTls(given), {
    error: "tls_verify, tls_verify_depth and ca_certificates go with protocol 'https' only",
  })

const noTls = (given: { [field in 'tls_verify' | 'tls_verify_depth' | 'ca_certificates']?: unknown }) =>
  given.tls_verify === undefined && given.tls_verify_depth === undefined && given.ca_certificates === undefined

const checkType = z.enum(['http', 'https', 'tcp']).default('http')
const unhealthy = { http_failures: count.default(0), tcp_failures: count.default(0), timeouts: count.default(0) }
const healthchecks = z
  .strictObject({
    threshold: z.number().min(0).max(100).default(0),
    active: z
      .strictObject({
        type: checkType,
        timeout: seconds.default(1),
        concurrency: z.int().min(1).default(10),
        http_path: z.string().startsWith('/').default('/'),
        https_sni: z.string().optional(),
        https_verify_certificate: z.boolean().default(true),
        headers: z.record(z.string(), z.array(z.string())).optional(),
        healthy: z
          .strictObject({
            interval: seconds.default(0),
            http_statuses: statuses([200, 302]),
            successes: count.default(0),
          })
          .prefault({}),
        unhealthy: z
          .strictObject({
            interval: seconds.default(0),
            http_statuses: statuses([429, 404, 500, 501, 502, 503, 504, 505]),
            ...unhealthy,
          })
          .prefault({}),
      })
      .prefault({}),
    passive: z
      .strictObject({
        type: checkType,
        healthy: z
          .strictObject({
            http_statuses: statuses([
              200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308,
            ]),
            successes: count.default(0),
          })
          .prefault({}),
        unhealthy: z.strictObject({ http_statuses: statuses([429, 500, 503]), ...unhealthy }).prefault({}),
      })
      .prefault({}),
  })
  .prefault({})

const upstream = z.strictObject({
  ...common,
  // A virtual host name: Kong resolves it like one.
  name: z.string().regex(/^[\w-]*\w(?:\.[\w-]*\w)*$/),
  algorithm: z.enum(['round-robin', 'least-connections']).default('round-robin'),
  hash_on: z.literal('none').default('none'),
  slots: z.int().min(10).max(65_536).default(10_000),
  host_header: z.string().min(1).optional(),
  healthchecks,
  targets: z
    .array(
      z.strictObject({
        ...common,
        target: z.string().regex(/^(?:\[[\da-fA-F:.]+\]|[\w.-]+)(?::\d{1,5})?$/),
        weight: z.int().min(0).max(65_535).default(100),
      }),
    )
    .default([]),
})

const consumer = z
  .strictObject({
    ...common,
    username: z.string().min(1).optional(),
    custom_id: z.string().min(1).optional(),
    keyauth_credentials: z
      .array(z.strictObject({ ...common, key: z.string().min(1), ttl: z.int().optional() }))
      .default([]),
    jwt_secrets: z
      .array(
        z.strictObject({
          ...common,
          key: z.string().min(1),
          secret: z.string().min(1),
          algorithm: z.enum(['HS256', 'HS384', 'HS512']).default('HS256'),
        }),
      )
      .default([]),
    acls: z.array(z.strictObject({ ...common, group: z.string().min(1) })).default([]),
  })
  .refine(({ username, custom_id }) => username !== undefined || custom_id !== undefined, {
    error: "at least one of 'username', 'custom_id' must be non-empty",
  })

/** The whole file. */
export const declarativeFile = z.strictObject({
  _format_version: z.literal('3.0'),
  _transform: z.boolean().optional(),
  _comment: z.string().optional(),
  services: z.array(service).default([]),
  routes: z
    .array(z.strictObject({ ...route, service: reference.optional() }).refine(matchesSomething, noMatch))
    .default([]),
  upstreams: z.array(upstream).default([]),
  consumers: z.array(consumer).default([]),
  plugins: z
    .array(z.strictObject({ ...plugin, service: reference.optional(), route: reference.optional() }))
    .default([]),
  ca_certificates: z
    .array(z.strictObject({ ...common, cert: z.string().startsWith('-----BEGIN CERTIFICATE-----') }))
    .default([]),
})

export type DeclarativeFile = z.output<typeof declarativeFile>
export type ServiceEntity = DeclarativeFile['services'][number]
export type RouteEntity = ServiceEntity['routes'][number]
export type UpstreamEntity = DeclarativeFile['upstreams'][number]
export type ConsumerEntity = DeclarativeFile['consumers'][number]
export type PluginEntity = DeclarativeFile['plugins'][number]

function isRegex(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}
