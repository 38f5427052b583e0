import { z } from 'zod'

/** What `node --cpu-prof` writes, as far as it is read here. Times are microseconds of the monotonic clock. */
export const profileSchema = z.object({
  startTime: z.number(),
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})
export type Profile = z.infer<typeof profileSchema>

/** How much of the time in which the process worked was spent in one place itself, not in what it called. */
export interface Cost {
  readonly name: string
  readonly micros: number
}

export interface Costs {
  /** All but idle time. */
  readonly busyMicros: number
  /** By module directory, package, or part of Node; the most expensive first. */
  readonly areas: readonly Cost[]
  readonly functions: readonly Cost[]
}

/** Adds up self times between two moments of the profile's clock. */
export function costsBetween(profile: Profile, from: number, to: number): Costs {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const areas = new Map<string, number>()
  const functions = new Map<string, number>()
  let busyMicros = 0
  let now = profile.startTime
  for (const [index, id] of profile.samples.entries()) {
    // A sample's time is what passes until the next one.
    now += profile.timeDeltas[index] ?? 0
    const micros = profile.timeDeltas[index + 1] ?? 0
    const frame = frames.get(id)
    if (frame === undefined || now < from || now >= to || frame.functionName === '(idle)') continue
    busyMicros += micros
    add(areas, areaOf(frame), micros)
    add(functions, functionOf(frame), micros)
  }
  return { busyMicros, areas: sorted(areas), functions: sorted(functions) }
}

type Frame = Profile['nodes'][number]['callFrame']

/** The directory of a module of ours, at most two deep; a package; `node:http2`; or what V8 does itself. */
export function areaOf({ functionName, url }: Pick<Frame, 'functionName' | 'url'>): string {
  const dependency = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  if (dependency !== undefined) return dependency
  if (url.startsWith('node:')) return url.replace(/^node:internal\/([^/]+).*$/, 'node:$1')
  const own = /\/dist\/(.+)\/[^/]+\.js$/.exec(url)?.[1]
  if (own !== undefined) return own.split('/').slice(0, 2).join('/')
  return functionName.startsWith('(') ? functionName : 'built into V8'
}

function functionOf({ functionName, url, lineNumber }: Frame): string {
  const file = /^.*\/(?:dist|node_modules)\/(.+)$/.exec(url)?.[1] ?? url
  const name = functionName === '' ? '(anonymous)' : functionName
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`
}

function add(sums: Map<string, number>, name: string, micros: number): void {
  sums.set(name, (sums.get(name) ?? 0) + micros)
}

function sorted(sums: ReadonlyMap<string, number>): readonly Cost[] {
  return [...sums].map(([name, micros]) => ({ name, micros })).sort((a, b) => b.micros - a.micros)
}
