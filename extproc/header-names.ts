import { BASE64_BODY_HEADER, BODY_HEADER, EXCHANGE_HEADER } from './names.js'

/** Names of headers that most requests and answers have. */
const KNOWN = [
  ...[':authority', ':method', ':path', ':scheme', ':status', 'accept', 'accept-encoding', 'accept-language', 'age'],
  ...['alt-svc', 'api-key', 'authorization', 'cache-control', 'cf-cache-status', 'cf-ray', 'connection'],
  ...['content-encoding', 'content-length', 'content-type', 'cookie', 'date', 'host', 'origin', 'priority', 'referer'],
  ...['sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'server', 'set-cookie', 'strict-transport-security', 'te'],
  ...['traceparent', 'tracestate', 'transfer-encoding', 'user-agent', 'vary', 'via', 'anthropic-beta'],
  ...['anthropic-version', 'openai-beta', 'openai-organization', 'openai-processing-ms', 'openai-project'],
  ...['openai-version', 'request-id', 'x-api-key', 'x-content-type-options', 'x-envoy-attempt-count'],
  ...['x-envoy-decorator-operation', 'x-envoy-expected-rq-timeout-ms', 'x-envoy-external-address', 'x-envoy-internal'],
  ...['x-envoy-max-retries', 'x-envoy-original-path', 'x-envoy-upstream-rq-per-try-timeout-ms'],
  ...['x-envoy-upstream-service-time', 'x-forwarded-for', 'x-forwarded-proto', 'x-goog-api-key'],
  ...['x-ratelimit-limit-requests', 'x-ratelimit-limit-tokens', 'x-ratelimit-remaining-requests'],
  ...['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens', 'x-request-id'],
  ...['x-should-retry', 'x-stainless-arch', 'x-stainless-async', 'x-stainless-lang', 'x-stainless-os'],
  ...['x-stainless-package-version', 'x-stainless-retry-count', 'x-stainless-runtime', 'x-stainless-runtime-version'],
  ...[
    'x-stainless-timeout',
    BODY_HEADER,
    BASE64_BODY_HEADER,
    EXCHANGE_HEADER,
    'x-tollgate-target-1',
    'x-tollgate-target-2',
    'x-tollgate-target-3',
  ],
]

const byShape = new Map<number, readonly string[]>()
for (const name of KNOWN) {
  const shape = shapeOf(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1))
  byShape.set(shape, [...(byShape.get(shape) ?? []), name])
}

function shapeOf(length: number, first: number, last: number): number {
  return (length << 16) | (first << 8) | last
}

/** The known name that stands at a place: always the same string, which makes comparing it cheap and keeps nothing else in memory. */
export function headerName(bytes: Buffer, from: number, to: number): string | undefined {
  const candidates = byShape.get(shapeOf(to - from, bytes[from] ?? 0, bytes[to - 1] ?? 0))
  if (candidates) for (const name of candidates) if (stands(name, bytes, from)) return name
  return undefined
}

function stands(name: string, bytes: Buffer, from: number): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name.charCodeAt(i)) return false
  return true
}
