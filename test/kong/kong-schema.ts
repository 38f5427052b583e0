import { isIP } from 'node:net'
import { z } from 'zod'
import { SCHEMA } from '../../plugins/schema.js'

// Kong 3.9's entities as its Admin API documents them, as far as Tollgate writes them. Keys that are not here are refused, as Kong
// refuses those that it does not know.

const name = z.string().regex(/^[\w.\-~]+$/)
/** Kong's `check_hostname`: no part between dots is empty or ends in a dash. */
const hostname = z
  .string()
  .regex(/^[\w.-]+$/)
  .refine((host) => host.split('.').every((part) => part !== '' && !part.endsWith('-')), 'no valid host name')
/** A name, or a wildcard in place of its first or last part. */
const routeHost = z
  .string()
  .refine((host) => hostname.safeParse(host.replace(/^\*\.|\.\*$/, '')).success, 'no valid host or wildcard')
const upstreamName = hostname.refine((host) => isIP(host) === 0 && !/^[\d.]+$/.test(host), 'no ip addresses allowed')
const path = z.string().regex(/^\/[\w.\-~/%]*$/)
const port = z.int().min(1).max(65_535)
const timeout = z
  .int()
  .min(1)
  .max(2 ** 31 - 2)
const tags = z.array(z.string().regex(/^[^,/]+$/)).optional()
const uuid = z.string().regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
const hostWithPort = z.string().refine((text) => {
  const [, v6, host, number] = /^(?:\[([\da-f:.]+)\]|([^[\]:]+)):(\d+)$/.exec(text) ?? []
  const validHost = v6 === undefined ? hostname.safeParse(host).success : isIP(v6) === 6
  return validHost && port.safeParse(Number(number)).success
}, 'no host with a port')

/** The plugin's own configuration, by the schema that the plugin gives to Kong. */
const pluginConfig = z.strictObject(
  Object.fromEntries(
    SCHEMA.flatMap((field) => Object.entries(field)).map(([key, field]) => [
      key,
      configValue(field) as z.ZodType<unknown>,
    ]),
  ),
)

function configValue({ type, one_of, required, default: usual }: (typeof SCHEMA)[number][string]): z.ZodType<unknown> {
  const values: Record<string, z.ZodType<unknown>> = {
    string: one_of ? z.enum(one_of) : z.string(),
    boolean: z.boolean(),
    array: z.array(z.string()),
    map: z.record(z.string(), z.string()),
  }
  const value = values[type] ?? z.never()
  return required && usual === undefined ? value : value.optional()
}

const plugin = z.strictObject({ name: z.literal('tollgate'), config: pluginConfig, tags })

const route = z.strictObject({
  name,
  hosts: z.array(routeHost).min(1).optional(),
  paths: z.array(path).min(1),
  methods: z
    .array(z.string().regex(/^[A-Z]+$/))
    .min(1)
    .optional(),
  strip_path: z.boolean(),
  preserve_host: z.boolean().optional(),
  request_buffering: z.boolean(),
  response_buffering: z.boolean(),
  tags,
  plugins: z.array(plugin),
})

const serviceFields = {
  name,
  host: hostname,
  port,
  retries: z.int().min(0).max(32_767),
  connect_timeout: timeout,
  write_timeout: timeout,
  read_timeout: timeout,
  tags,
  routes: z.array(route),
}
// Kong refuses what is about TLS where the protocol is another.
const service = z.discriminatedUnion('protocol', [
  z.strictObject({ ...serviceFields, protocol: z.literal('http') }),
  z.strictObject({
    ...serviceFields,
    protocol: z.literal('https'),
    tls_verify: z.boolean(),
    tls_verify_depth: z.int().min(0).max(64),
    ca_certificates: z.array(uuid).min(1).optional(),
  }),
])

const seconds = z.number().min(0).max(65_535)
const count = z.int().min(0).max(255)
const statuses = z.array(z.int().min(100).max(999))
const checkType = z.enum(['tcp', 'http', 'https', 'grpc', 'grpcs'])
const unhealthyCounts = { http_failures: count, tcp_failures: count, timeouts: count }
const healthchecks = z.strictObject({
  active: z.strictObject({
    type: checkType,
    http_path: path,
    timeout: seconds,
    concurrency: z.int().min(1),
    healthy: z.strictObject({ interval: seconds, http_statuses: statuses, successes: count }),
    unhealthy: z.strictObject({ interval: seconds, http_statuses: statuses, ...unhealthyCounts }),
  }),
  passive: z.strictObject({
    type: checkType,
    healthy: z.strictObject({ successes: count }),
    unhealthy: z.strictObject(unhealthyCounts),
  }),
})

const upstream = z.strictObject({
  name: upstreamName,
  algorithm: z.enum(['consistent-hashing', 'least-connections', 'round-robin', 'latency']).optional(),
  host_header: z.union([hostname, z.string().regex(/^\[[\da-f:.]+\]$/)]).optional(),
  healthchecks: healthchecks.optional(),
  tags,
  targets: z.array(z.strictObject({ target: hostWithPort, weight: z.int().min(0).max(65_535) })).min(1),
})

const certificate = z.string().regex(/^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/)

/** A whole declarative configuration. */
export const declarative = z.strictObject({
  _format_version: z.literal('3.0'),
  services: z.array(service),
  upstreams: z.array(upstream),
  ca_certificates: z.array(z.strictObject({ id: uuid, cert: certificate, tags })).optional(),
})

export type Declarative = z.infer<typeof declarative>
