/** Something that is served at a path, with `{name}` for whole segments that may be anything. */
export interface Served {
  readonly method: string
  readonly path: string
}

/** What a request's path and method lead to. */
export type Found<Route> =
  | { readonly kind: 'found'; readonly route: Route; readonly parameters: Readonly<Record<string, string>> }
  /** The path is there, the method is not: those that are. */
  | { readonly kind: 'other methods'; readonly allow: readonly string[] }
  | { readonly kind: 'nothing' }

/** Finds routes; of two that fit, the one whose path has fewer names in it. `HEAD` finds what `GET` does. */
export function createPaths<Route extends Served>(
  routes: readonly Route[],
): (method: string, path: string) => Found<Route> {
  const compiled = routes
    .map((route) => ({ route, segments: route.path.split('/'), names: route.path.split('{').length }))
    .toSorted((a, b) => a.names - b.names)

  return (method, path) => {
    const segments = path.split('/')
    const here = compiled.flatMap((one) => {
      const parameters = parametersIn(segments, one.segments)
      return parameters === undefined ? [] : [{ route: one.route, parameters }]
    })
    if (here.length === 0) return { kind: 'nothing' }
    const wanted = method === 'HEAD' ? 'GET' : method
    const found = here.find(({ route }) => route.method === wanted)
    if (found) return { kind: 'found', ...found }
    return { kind: 'other methods', allow: [...new Set(here.map(({ route }) => route.method))].toSorted() }
  }
}

/** The names in a path, in their order. */
export function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
}

function parametersIn(
  segments: readonly string[],
  pattern: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (segments.length !== pattern.length) return undefined
  const found: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? ''
    const [, name] = /^\{(\w+)\}$/.exec(expected) ?? []
    if (name === undefined) {
      if (segment !== expected) return undefined
      continue
    }
    const value = decoded(segment)
    if (value === undefined || value === '') return undefined
    found[name] = value
  }
  return found
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
