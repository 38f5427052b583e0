/** Where each part of an identity stands, as the configuration says. Names of headers are lower case; claims are dotted paths. */
export interface IdentityRules {
  readonly user?: IdentitySource
  readonly team?: IdentitySource
  readonly organization?: IdentitySource
  readonly key?: IdentitySource
  readonly route?: IdentitySource
  /** Tag name to where its value is. */
  readonly tags: ReadonlyMap<string, IdentitySource>
}

export type IdentitySource =
  /** A header that the gateway's authentication sets, and that clients cannot. */
  | { readonly from: 'header'; readonly name: string }
  /** A claim of a token that the gateway has verified. */
  | { readonly from: 'claim'; readonly path: string }
