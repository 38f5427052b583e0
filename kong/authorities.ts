import { createHash, X509Certificate } from 'node:crypto'
import type { Authority } from './plan.js'

export type ReadAuthorities =
  | { readonly kind: 'valid'; readonly authorities: readonly Authority[] }
  /** Kong would refuse the whole configuration for it; `reason` is a sentence. */
  | { readonly kind: 'refused'; readonly reason: string }

/** Splits a PEM file into what Kong takes: certificates of authorities, one each, that have not expired at `now` (milliseconds). */
export function readAuthorities(pem: string, now: number): ReadAuthorities {
  const certificates = [...pem.matchAll(CERTIFICATE)].map(([text]) => text)
  if (certificates.length === 0) return { kind: 'refused', reason: 'it holds no certificate' }
  const authorities: Authority[] = []
  for (const cert of certificates) {
    const reason = refusal(cert, now)
    if (reason !== undefined) return { kind: 'refused', reason }
    authorities.push({ id: uuidOf(cert), cert: `${cert}\n` })
  }
  return { kind: 'valid', authorities }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

function refusal(cert: string, now: number): string | undefined {
  const read = parsed(cert)
  if (read === undefined) return 'it holds a certificate that cannot be read'
  const who = read.subject.replaceAll('\n', ', ')
  if (!read.ca) return `the certificate of ${who} is not one of an authority, and Kong takes no other`
  if (Date.parse(read.validTo) < now) return `the certificate of ${who} has expired, and Kong takes none that has`
  return undefined
}

function parsed(cert: string): X509Certificate | undefined {
  try {
    return new X509Certificate(cert)
  } catch {
    return undefined
  }
}

function uuidOf(cert: string): string {
  const hex = createHash('sha256').update(cert).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
