/** What Kong has to know of one configuration. Durations are milliseconds, sizes bytes. */
export interface KongPlan {
  /** Where the relays listen, as Kong reaches them. */
  readonly relays: readonly Address[]
  /** Where the relays are sent when they ask Kong for a provider; none when they go there themselves. */
  readonly endpoints: readonly ProviderEndpoint[]
  /** The paths that clients may call; what begins with one of them goes to a relay. */
  readonly paths: readonly string[]
  readonly maxBody: number
  /** Whether the plugin tells the relay where a request came from. */
  readonly address: 'none' | 'client'
  readonly timeouts: {
    readonly connect: number
    /** The longest that a provider may be silent, before its answer or within it. */
    readonly provider: number
    /** The same for a relay, which may be waiting for one provider after the other. */
    readonly relay: number
  }
}

export interface Address {
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** One provider endpoint; its name changes when the endpoint does. */
export interface ProviderEndpoint extends Address {
  readonly name: string
  /** Present for https. */
  readonly tls?: { readonly serverName: string } | undefined
  /** The only authorities to trust; absent: those that the Kong node trusts (`proxy_ssl_trusted_certificate`). */
  readonly authorities?: readonly Authority[] | undefined
}

/** One certificate, as Kong's `ca_certificates` wants it. */
export interface Authority {
  /** A UUID that is always the same for the same certificate. */
  readonly id: string
  /** PEM. */
  readonly cert: string
}

/** Where Kong finds the secret that it shares with the relays: the environment variable `TOLLGATE_CONTEXT_SECRET`. */
export const SECRET_REFERENCE = '{vault://env/tollgate-context-secret}'

/**
 * Whether Kong takes a name for an upstream, which has to be a host name: no part between dots is empty or ends in a dash. The
 * endpoint's own name has to serve, because the relay signs it and the plugin compares.
 */
export function isEntityName(name: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(name) && name.split('.').every((part) => part !== '' && !part.endsWith('-'))
}

/** `host:port`, IPv6 in brackets. */
export function authority({ host, port }: Address): string {
  return `${bracketed(host)}:${port}`
}

/** The host as it stands in a URL or a Host header. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** Reads `host:port`, or several with commas between; undefined where one of them is neither. */
export function parseAddresses(text: string): readonly Address[] | undefined {
  const addresses = text.split(',').map((part) => ADDRESS.exec(part.trim()))
  const read = addresses.flatMap((match) => {
    const [, v6, name, port] = match ?? []
    const host = v6 ?? name
    return host === undefined || Number(port) > 65_535 || Number(port) === 0 ? [] : [{ host, port: Number(port) }]
  })
  return read.length === addresses.length ? read : undefined
}

const ADDRESS = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/
