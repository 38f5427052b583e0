import type { ContentOf, Source, SourceOf } from '../../core/content.js'
import type { JsonObject, JsonValue } from '../../core/json.js'
import type { RequestContent } from '../../core/policy.js'
import { atOnce, type Steps } from '../../core/turns.js'
import type { SiteKind, Walk } from './walk.js'
import { walkObject } from './walk-body.js'

/** One text of a request that leaves. */
export interface Site {
  readonly text: string
  readonly kind: SiteKind
  /** The name of the member that a value of the application's data belongs to: what a value means is often said there alone. */
  readonly label?: string
  /** Who has written it, where that was asked. */
  readonly source?: Source
}

/** What is to stand in the place of a site, of which the index in `sites` is told; undefined leaves it as it is. */
type Change = (site: Site, index: number) => string | undefined

/** Every text of one request. */
export interface Surfaces {
  /** In the order of the body; a member's name before its value. */
  readonly sites: readonly Site[]
  /** What nobody here can read, by its path in the client's dialect: `messages[0].content[1]`. */
  readonly unscannable: readonly string[]
  /**
   * The top-level members that are different with what `change` gives in the places of the sites; numbers become strings. What did not change is shared with the body, which stays as it was.
   */
  rewritten(change: Change): Readonly<Record<string, JsonValue>>
  /** The same in steps. */
  rewriting(change: Change): Steps<Readonly<Record<string, JsonValue>>>
}

/** Of a dialect that does not say, everything is content, and somebody's. */
const ALL_CONTENT: ContentOf = () => 'data'
const NOBODY_IN_PARTICULAR: SourceOf = () => undefined

const SURFACES = Symbol('surfaces')

const known = ({ kept }: RequestContent) => kept[SURFACES] as Surfaces | undefined

/** The texts of a request and who has written them, read once for all policies that ask for the same content. */
export function surfacesIn(content: RequestContent): Surfaces {
  return known(content) ?? atOnce(findSurfaces(content))
}

/** Reads them in steps, of a long request, for `surfacesIn` to give them at once. */
export function* findSurfaces(content: RequestContent): Steps<Surfaces> {
  const { body, contentOf = ALL_CONTENT, sourceOf = NOBODY_IN_PARTICULAR } = content
  const surfaces = known(content) ?? (yield* findingSurfaces(body, contentOf, sourceOf))
  content.kept[SURFACES] = surfaces
  return surfaces
}

/** Finds every text of a request's body: all strings that its dialect does not need itself. Linear in the size of the body. */
export function surfacesOf(body: JsonObject, contentOf: ContentOf, sourceOf?: SourceOf): Surfaces {
  return atOnce(findingSurfaces(body, contentOf, sourceOf))
}

function* findingSurfaces(body: JsonObject, contentOf: ContentOf, sourceOf?: SourceOf): Steps<Surfaces> {
  const sites: Site[] = []
  const unscannable = new Set<string>()
  const walk: Walk = {
    contentOf,
    sourceOf,
    source: 'user',
    visit(text, kind, label) {
      if (sourceOf === undefined) sites.push(label === undefined ? { text, kind } : { text, kind, label })
      else
        sites.push(
          label === undefined ? { text, kind, source: walk.source } : { text, kind, label, source: walk.source },
        )
      return undefined
    },
    unscannable: (path) => unscannable.add(path),
    read: 0,
    steps: [],
  }
  yield* walkObject(walk, body)
  const rewriting: Surfaces['rewriting'] = (change) => rewritingSites(body, contentOf, sites, change)
  return {
    sites,
    unscannable: [...unscannable],
    rewriting,
    rewritten: (change) => atOnce(rewriting(change)),
  }
}

/** Not within the function above: V8 makes a shape for each closure that is a generator, and keeps what it refers to with that. */
function* rewritingSites(
  body: JsonObject,
  contentOf: ContentOf,
  sites: readonly Site[],
  change: Change,
): Steps<Readonly<Record<string, JsonValue>>> {
  let next = 0
  const put = () => {
    const index = next++
    const site = sites[index]
    return site && change(site, index)
  }
  const again: Walk = { contentOf, source: 'user', visit: put, unscannable() {}, read: 0, steps: [] }
  return membersThatDiffer(yield* walkObject(again, body), body)
}

function membersThatDiffer(changed: JsonObject, body: JsonObject): Readonly<Record<string, JsonValue>> {
  const members: [string, JsonValue][] = []
  for (const [name, value] of Object.entries(changed)) {
    if (value !== undefined && value !== body[name]) members.push([name, value])
  }
  return Object.fromEntries(members)
}
