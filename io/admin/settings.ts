import type { Principal } from './operation.js'

/** The section `admin` of the configuration: who may call the admin API, and with which certificate it answers. */
export interface AdminSettings {
  readonly tokens: readonly TokenSettings[]
  readonly clients: readonly ClientSettings[]
  /** Absent where the admin port speaks plain HTTP. */
  readonly tls?: AdminTls | undefined
}

/** Somebody who shows a token. */
export interface TokenSettings {
  readonly principal: Principal
  /** A secret. */
  readonly token: string
}

/** Somebody who shows a certificate. */
export interface ClientSettings {
  readonly principal: Principal
  readonly certificate: CertificateName
}

/** What a certificate must say. A subject is its attributes in any order (`CN=ops`, `O=Acme`), all of them and no other. */
export type CertificateName =
  | { readonly kind: 'subject'; readonly attributes: readonly string[] }
  | { readonly kind: 'dns' | 'uri'; readonly name: string }

/** Absolute paths of PEM files. */
export interface AdminTls {
  readonly certFile: string
  readonly keyFile: string
  /** The authorities of clients' certificates; without it none are asked for. */
  readonly clientCaFile?: string | undefined
}
