import { isFileEnding, isKnownDomain, isReservedDomain } from './domains.js'
import { type Host, readHost } from './host.js'
import { confidenceAt, offer } from './offer.js'
import { look, type Scan } from './state.js'

const SCHEMES = new Set(['http', 'https', 'ftp', 'ftps', 'sftp', 'ws', 'wss'])
/** Longer ones end here. */
const LONGEST_URL = 1024
const STOP = new Set([...' \t\r\n"<>`{}|\\^\u0000'].map((sign) => sign.charCodeAt(0)))
/** What programs fetch: archives, packages, repositories. */
const ARTEFACT =
  /\.(?:tgz|gz|zip|whl|jar|git|gem|deb|rpm|xz|bz2|crate|nupkg|js|css|map|proto|json|ya?ml|xsd|dtd|svg)(?:[?#]|$)/i
/** Example domains of RFC 2606. */
const EXAMPLE = /^example\.(?:com|org|net|edu)$|\.example\.(?:com|org|net|edu)$/i

function urlEnd(scan: Scan, start: number): number {
  const { text } = scan
  let end = start
  while (end < text.length && end - start < LONGEST_URL && !STOP.has(text.charCodeAt(end))) end++
  look(scan, end)
  scan.steps += end - start
  scan.urlEnd = end
  return trimmed(text, start, end)
}

/** Without what ends the sentence, and a bracket that was opened before the URL. */
function trimmed(text: string, start: number, end: number): number {
  let last = end
  for (; last > start; last--) {
    const sign = text[last - 1] ?? ''
    if (sign === ')' && text.slice(start, last).includes('(')) break
    if (!'.,;:!?\'")]*_'.includes(sign)) break
  }
  return last
}

function ownConfidence(host: Host, path: string): number {
  if (isReservedDomain(host.topLevel) || ARTEFACT.test(path)) return 0.2
  return isKnownDomain(host.topLevel) ? 0.75 : 0.4
}

/** Proposes the URL whose scheme is [start, colon); one with another scheme before it ("git+https") is a machine's. */
export function readUrl(scan: Scan, start: number, colon: number): void {
  const { text } = scan
  look(scan, colon + 2)
  if (text[colon + 1] !== '/' || text[colon + 2] !== '/' || '+/'.includes(text[start - 1] ?? ' ')) return
  if (!SCHEMES.has(text.slice(start, colon).toLowerCase())) return
  proposeUrl(scan, start, colon + 3)
}

/** Proposes the URL without a scheme that begins with the `www` at `start`. */
export function readWww(scan: Scan, start: number): void {
  proposeUrl(scan, start, start)
}

function proposeUrl(scan: Scan, start: number, hostStart: number): void {
  if (start < scan.urlEnd) return
  const host = readHost(scan, hostStart, false)
  if (!host || host.labels < 2) return
  const end = urlEnd(scan, start)
  if (host.end > end) return
  if (EXAMPLE.test(scan.text.slice(hostStart, host.end))) return
  offer(scan, scan.rules.places.url, ownConfidence(host, scan.text.slice(host.end, end)), start, end, 'url')
}

/** Proposes a domain by itself where somebody speaks of a site. */
export function readDomain(scan: Scan, start: number): void {
  if (start < scan.urlEnd || confidenceAt(scan, scan.rules.places.url, 0.2, start) === 0) return
  const host = readHost(scan, start, false)
  if (!host || !isKnownDomain(host.topLevel) || isFileEnding(host.topLevel)) return
  const end = urlEnd(scan, start)
  offer(scan, scan.rules.places.url, 0.2, start, Math.max(end, host.end), 'domain')
}
