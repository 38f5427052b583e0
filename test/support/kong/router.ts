import type { KongConfig, Route, Service } from './declarative.js'
import type { HeaderBag } from './headers.js'
import { upstreamPath } from './request-path.js'

/** What of a request decides on its route. `host` is the Host header, `path` is normalised. */
export interface Routed {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: HeaderBag
}

/** A request's route; the path is the one for the upstream. */
export interface Match {
  readonly route: Route
  readonly service: Service | undefined
  readonly path: string
  /** What was stripped, where something was. */
  readonly prefix: string | undefined
}

/** Finds routes as Kong's router flavour `traditional_compatible` does. */
export function router({
  routes,
  services,
}: Pick<KongConfig, 'routes' | 'services'>): (request: Routed) => Match | undefined {
  const candidates = routes
    .flatMap((route) =>
      (route.paths?.length ? route.paths : [undefined]).map((path) => ({ route, path: matcherOf(path) })),
    )
    .sort((a, b) => compare(ranks(a), ranks(b)))
  return (request) => {
    for (const { route, path } of candidates) {
      if (!matches(route, request)) continue
      const prefix = path ? path.prefixIn(request.path) : ''
      if (prefix === undefined) continue
      const service = route.service && services.get(route.service.id)
      if (service?.enabled === false) continue
      const stripped = route.strip_path && prefix !== ''
      const rest = stripped ? request.path.slice(prefix.length) : request.path
      return {
        route,
        service,
        path: upstreamPath(service?.path ?? '/', rest, request.path),
        prefix: stripped ? prefix : undefined,
      }
    }
    return undefined
  }
}

interface PathMatcher {
  readonly kind: 'prefix' | 'regex'
  readonly length: number
  /** The part of the path that matched, from its beginning. */
  prefixIn(path: string): string | undefined
}

function matcherOf(path: string | undefined): PathMatcher | undefined {
  if (path === undefined) return undefined
  if (!path.startsWith('~')) {
    return { kind: 'prefix', length: path.length, prefixIn: (given) => (given.startsWith(path) ? path : undefined) }
  }
  const expression = new RegExp(`^(?:${path.slice(1)})`)
  return { kind: 'regex', length: path.length, prefixIn: (given) => expression.exec(given)?.[0] }
}

interface Candidate {
  readonly route: Route
  readonly path: PathMatcher | undefined
}

/** More kinds of conditions, no wildcard among the hosts, more headers, a regex before a prefix, its priority, the longer prefix. */
function ranks({ route, path }: Candidate): readonly number[] {
  const { methods, hosts, headers, regex_priority } = route
  const kinds = [methods?.length, hosts?.length, Object.keys(headers ?? {}).length, path && 1].filter(Boolean).length
  const plainHosts = hosts?.length && !hosts.some((host) => host.includes('*')) ? 1 : 0
  const regex = path?.kind === 'regex' ? 1 : 0
  const priority = regex ? regex_priority : 0
  return [kinds, plainHosts, Object.keys(headers ?? {}).length, regex, priority, regex ? 0 : (path?.length ?? 0)]
}

/** The greater ranks first; sorting keeps the order of the file where all are the same. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, rank] of a.entries()) {
    const difference = (b[i] ?? 0) - rank
    if (difference !== 0) return difference
  }
  return 0
}

function matches({ methods, hosts, headers }: Route, request: Routed): boolean {
  if (methods?.length && !methods.includes(request.method)) return false
  if (hosts?.length && !hosts.some((host) => hostMatches(host, request.host))) return false
  return Object.entries(headers ?? {}).every(([name, wanted]) => {
    const given = request.headers.all(name).map((value) => value.toLowerCase())
    const [only] = wanted
    if (wanted.length === 1 && only?.startsWith('~*')) {
      const expression = new RegExp(only.slice(2))
      return given.some((value) => expression.test(value))
    }
    return wanted.some((value) => given.includes(value.toLowerCase()))
  })
}

function hostMatches(pattern: string, given: string): boolean {
  const [host, port] = split(given.toLowerCase())
  const [wanted, wantedPort] = split(pattern.toLowerCase())
  if (wantedPort !== undefined && wantedPort !== port) return false
  if (wanted.startsWith('*')) return host.endsWith(wanted.slice(1))
  if (wanted.endsWith('*')) return host.startsWith(wanted.slice(0, -1))
  return host === wanted
}

function split(authority: string): readonly [string, string | undefined] {
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? []
  return [host ?? '', port]
}
