import { table, text } from './lua-values.js'
import type { Pdk } from './pdk.js'

/** By which route a request came, and to which service that leads. */
export interface Place {
  readonly route: { readonly id: string | undefined; readonly name: string | undefined } | undefined
  readonly service: { readonly id: string | undefined } | undefined
}

/** How long a route's name may be out of date, in milliseconds: as long as Kong's own workers take to learn of a change. */
const FRESH = 5000

/** Asks Kong for the place. A plugin that sits on one route (`routeId`) always sees that one, so it asks only now and then. */
export function placeSource(routeId: string | undefined, now: () => number): (kong: Pdk) => Promise<Place> {
  let known: Place | undefined
  let until = 0
  return async (kong) => {
    if (known && now() < until) return known
    const place = placeFrom(await kong['router.get_route']())
    if (routeId !== undefined && place.route?.id === routeId) {
      known = place
      until = now() + FRESH
    }
    return place
  }
}

function placeFrom(answer: unknown): Place {
  const route = table(answer)
  const service = table(route?.['service'])
  return {
    route: route && { id: text(route['id']), name: text(route['name']) },
    service: service && { id: text(service['id']) },
  }
}
