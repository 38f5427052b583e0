import type { ContentOf } from '../../../core/content.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import type { SiteKind, Walk } from './walk.js'
import { walkObject } from './walk-body.js'

/** One text of a request that leaves. */
export interface Site {
  readonly text: string
  readonly kind: SiteKind
  /** The name of the member that a value of the application's data belongs to: what a value means is often said there alone. */
  readonly label?: string
}

/** Every text of one request. */
export interface Surfaces {
  /** In the order of the body; a member's name before its value. */
  readonly sites: readonly Site[]
  /** What nobody here can read, by its path in the client's dialect: `messages[0].content[1]`. */
  readonly unscannable: readonly string[]
  /**
   * The top-level members that are different with what `change` gives in the places of the sites, undefined leaving one as it is;
   * numbers become strings. What did not change is shared with the body, which stays as it was.
   */
  rewritten(change: (site: Site) => string | undefined): Readonly<Record<string, JsonValue>>
}

/** Finds every text of a request's body: all strings that its dialect does not need itself. Linear in the size of the body. */
export function surfacesOf(body: JsonObject, contentOf: ContentOf): Surfaces {
  const sites: Site[] = []
  const unscannable = new Set<string>()
  walkObject(
    walkWith(
      contentOf,
      (text, kind, label) => void sites.push(label === undefined ? { text, kind } : { text, kind, label }),
      (path) => unscannable.add(path),
    ),
    body,
  )
  return {
    sites,
    unscannable: [...unscannable],
    rewritten(change) {
      let next = 0
      const put = () => {
        const site = sites[next++]
        return site && change(site)
      }
      return membersThatDiffer(
        walkObject(
          walkWith(contentOf, put, () => {}),
          body,
        ),
        body,
      )
    },
  }
}

function walkWith(contentOf: ContentOf, visit: Walk['visit'], unscannable: Walk['unscannable']): Walk {
  return { contentOf, visit, unscannable, steps: [] }
}

function membersThatDiffer(changed: JsonObject, body: JsonObject): Readonly<Record<string, JsonValue>> {
  const members: [string, JsonValue][] = []
  for (const [name, value] of Object.entries(changed)) {
    if (value !== undefined && value !== body[name]) members.push([name, value])
  }
  return Object.fromEntries(members)
}
