/** Who is calling, as the gateway in front established it; every member is absent when the gateway did not say. */
export interface Identity {
  readonly user?: string
  readonly team?: string
  readonly organization?: string
  /** The id of the credential, never the credential itself. */
  readonly key?: string
  /** The gateway's name for the route that the request came by. */
  readonly route?: string
  readonly tags: Readonly<Record<string, string>>
}

export const NOBODY: Identity = { tags: {} }
