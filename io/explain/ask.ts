import type { Endpoints } from '../../core/endpoint.js'
import { type Explanation, explain } from '../../core/explain.js'
import type { Identity } from '../../core/identity.js'
import type { Settings } from '../../core/settings.js'

/** A request that nobody has sent. */
export interface Asked {
  /** The client's path, also with a query: it tells the dialect. */
  readonly path: string
  /** The body as the client would send it, JSON. */
  readonly body: string
  readonly identity: Identity
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** How long it may take to say what would become of a request, in milliseconds. */
const DEADLINE = 15_000

/** What would become of a request. Never rejects. */
export function explained(
  { path, body, identity, at }: Asked,
  parts: { readonly settings: Settings; readonly endpoints: Endpoints },
): Promise<Explanation> {
  const signal = AbortSignal.timeout(DEADLINE)
  const inbound = {
    ...{ method: 'POST', path, requestId: 'explain' },
    header: (name: string) => (name === 'content-type' ? 'application/json' : undefined),
    hangUp: () => signal,
    body: new TextEncoder().encode(body),
  }
  return explain({ inbound, identity, now: at }, parts)
}

/** The identity that was told, without what was left out. */
export function identityAs({
  tags = {},
  ...told
}: {
  readonly [Part in Exclude<keyof Identity, 'tags' | 'grant'>]?: string | undefined
} & { readonly tags?: Readonly<Record<string, string>> | undefined }): Identity {
  return { ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)), tags }
}
