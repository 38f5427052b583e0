import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { errorAnswer } from './answers.js'
import { type BundledPlugin, bundledPlugin } from './bundled-plugin.js'
import type { Exchange } from './exchange.js'

const cors = bundledPlugin(
  'cors',
  2000,
  z.strictObject({
    origins: z.array(z.string()).optional(),
    methods: z
      .array(z.string())
      .default(['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']),
    headers: z.array(z.string()).optional(),
    exposed_headers: z.array(z.string()).optional(),
    credentials: z.boolean().default(false),
    max_age: z.number().optional(),
    preflight_continue: z.boolean().default(false),
  }),
  (config) => {
    const anyOrigin = !config.origins || config.origins.includes('*')
    const originHeaders = (origin: string | undefined): Record<string, string> => {
      if (anyOrigin && !config.credentials) return { 'Access-Control-Allow-Origin': '*' }
      const allowed = origin !== undefined && (anyOrigin || config.origins?.includes(origin))
      return {
        ...(allowed && { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }),
        ...(allowed && config.credentials && { 'Access-Control-Allow-Credentials': 'true' }),
      }
    }
    const isPreflight = ({ request, headers }: Exchange) =>
      request.method === 'OPTIONS' && headers.get('origin') && headers.get('access-control-request-method')
    return {
      access: (exchange) => {
        if (config.preflight_continue || !isPreflight(exchange)) return undefined
        const asked = exchange.headers.get('access-control-request-headers')
        const allowed = config.headers?.join(',') ?? asked
        const headers = {
          ...originHeaders(exchange.headers.get('origin')),
          'Access-Control-Allow-Methods': config.methods.join(','),
          ...(allowed !== undefined && { 'Access-Control-Allow-Headers': allowed }),
          ...(config.max_age !== undefined && { 'Access-Control-Max-Age': String(config.max_age) }),
        }
        return { status: 200, headers, body: '' }
      },
      headerFilter: (exchange, answer) => {
        for (const [name, value] of Object.entries(originHeaders(exchange.headers.get('origin'))))
          answer.set(name, value)
        if (config.exposed_headers) answer.set('Access-Control-Expose-Headers', config.exposed_headers.join(','))
      },
    }
  },
)

const PERIODS = { second: 1, minute: 60, hour: 3600, day: 86_400, month: 2_592_000, year: 31_536_000 }
const period = z.number().gt(0).optional()

const rateLimiting = bundledPlugin(
  'rate-limiting',
  910,
  z
    .strictObject({
      second: period,
      minute: period,
      hour: period,
      day: period,
      month: period,
      year: period,
      limit_by: z.enum(['consumer', 'credential', 'ip']).default('consumer'),
      policy: z.literal('local').default('local'),
      fault_tolerant: z.boolean().default(true),
      hide_client_headers: z.boolean().default(false),
      error_code: z.number().default(429),
      error_message: z.string().default('API rate limit exceeded'),
    })
    .refine((given) => Object.keys(PERIODS).some((name) => given[name as keyof typeof PERIODS] !== undefined), {
      error: 'at least one limit must be set',
    }),
  (config, { now }) => {
    const counts = new Map<string, number>()
    const limits = Object.entries(PERIODS).flatMap(([name, seconds]) => {
      const limit = config[name as keyof typeof PERIODS]
      return limit === undefined ? [] : [{ name: name[0]?.toUpperCase() + name.slice(1), seconds, limit }]
    })
    const callerOf = ({ auth, request }: Exchange) => {
      const { consumer, credential } = auth
      if (config.limit_by === 'ip') return request.ip
      return (config.limit_by === 'consumer' ? consumer?.entity.id : credential?.id) ?? request.ip
    }
    return {
      access: (exchange) => {
        const caller = callerOf(exchange)
        const seconds = Math.floor(now() / 1000)
        const windows = limits.map((one) => {
          const key = `${caller}|${one.name}|${Math.floor(seconds / one.seconds)}`
          const used = counts.get(key) ?? 0
          return {
            ...one,
            key,
            used,
            reset: one.seconds - (seconds % one.seconds),
            left: Math.max(0, one.limit - used - 1),
          }
        })
        const full = windows.find(({ used, limit }) => used >= limit)
        const first = [...windows].sort((a, b) => a.left - b.left)[0]
        const shown: Record<string, string> = {}
        for (const { name, limit, left } of windows) {
          shown[`X-RateLimit-Limit-${name}`] = String(limit)
          shown[`X-RateLimit-Remaining-${name}`] = String(left)
        }
        if (first) {
          shown['RateLimit-Limit'] = String(first.limit)
          shown['RateLimit-Remaining'] = String(first.left)
          shown['RateLimit-Reset'] = String(first.reset)
        }
        if (!config.hide_client_headers) {
          for (const [name, value] of Object.entries(shown)) exchange.answerHeaders.set(name, value)
        }
        if (full) {
          const headers: Record<string, string> = config.hide_client_headers
            ? {}
            : { 'Retry-After': String(full.reset) }
          return errorAnswer(config.error_code, config.error_message, exchange.request.id, headers)
        }
        for (const { key, used } of windows) counts.set(key, used + 1)
        return undefined
      },
    }
  },
)

const correlationId = bundledPlugin(
  'correlation-id',
  100_001,
  z.strictObject({
    header_name: z.string().default('Kong-Request-ID'),
    generator: z.enum(['uuid', 'uuid#counter', 'tracker']).default('uuid#counter'),
    echo_downstream: z.boolean().default(false),
  }),
  ({ header_name, echo_downstream }) => ({
    access: ({ headers }) => {
      if (headers.get(header_name) === undefined) headers.set(header_name, randomUUID())
      return undefined
    },
    headerFilter: ({ headers }, answer) => {
      const id = headers.get(header_name)
      if (echo_downstream && id !== undefined) answer.set(header_name, id)
    },
  }),
)

/** Written nowhere: what it would write is in the running stand-in's `logged`. */
const fileLog = bundledPlugin(
  'file-log',
  9,
  z.strictObject({ path: z.string().min(1), reopen: z.boolean().default(false) }),
  () => ({}),
)
const httpLog = bundledPlugin(
  'http-log',
  12,
  z.strictObject({
    http_endpoint: z.url(),
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
    content_type: z.string().optional(),
    timeout: z.number().optional(),
    keepalive: z.number().optional(),
  }),
  () => ({}),
)

/** The plugins of Kong's that shape traffic or tell of it. */
export const TRAFFIC_PLUGINS: readonly BundledPlugin[] = [cors, rateLimiting, correlationId, fileLog, httpLog]

/** Those that get a log entry of every request. */
export const LOG_PLUGINS: readonly string[] = ['file-log', 'http-log']
