/** Where each part of an identity stands, as the configuration says. Names of headers are lower case; claims are dotted paths. */
export interface IdentityRules {
  readonly user?: IdentitySource
  readonly team?: IdentitySource
  readonly organization?: IdentitySource
  readonly key?: IdentitySource
  readonly role?: IdentitySource
  readonly route?: IdentitySource
  /** Tag name to where its value is. */
  readonly tags: ReadonlyMap<string, IdentitySource>
  /** Nobody knows addresses where it is absent. */
  readonly address?: AddressSource
}

/** Where the address is that a request came from. */
export type AddressSource =
  /** As the gateway that Tollgate is part of sees it. */
  | { readonly from: 'gateway' }
  /** A header to which proxies append; the element so many from the right, 1 being the last. */
  | { readonly from: 'header'; readonly name: string; readonly fromRight: number }

export type IdentitySource =
  /** A header that the gateway's authentication sets, and that clients cannot. */
  | { readonly from: 'header'; readonly name: string }
  /** A claim of a token that the gateway has verified. */
  | { readonly from: 'claim'; readonly path: string }
