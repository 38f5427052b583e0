import type { Digest, Random } from './digest.js'
import { randomOf } from './digest.js'
import { digitsOf, otherText } from './substitute.js'

const AT = /^(.+?)(\s*(?:[[({<]\s*(?:at|@)\s*[\])}>]|%40|@)\s*|\s+at\s+)(.+)$/is
const DOT = /\s*[[({<]\s*(?:dot|\.)\s*[\])}>]\s*|\s+dot\s+|\./i
const LONGEST_LABEL = 12

/**
 * An address at one of the example domains of RFC 2606, section 3. The part before the @ is made up; so is a name before the
 * example domain, the same for every address and URL of one domain, so that colleagues stay colleagues. How @ and dots were written
 * stays.
 */
export function otherEmail(digest: Digest, written: string, random: Random): string | undefined {
  const [, local = '', at = '', domain = ''] = AT.exec(written) ?? []
  if (local === '') return undefined
  const dot = DOT.exec(domain)?.[0] ?? '.'
  return otherText(local, random) + at + exampleHost(digest, domain.split(DOT)).join(dot)
}

/** A payment address at the same bank: what stands before the @ is made up. */
export function otherPaymentAddress(written: string, random: Random): string | undefined {
  const at = written.indexOf('@')
  return at > 0 ? otherText(written.slice(0, at), random) + written.slice(at) : undefined
}

const URL_PARTS = /^([a-z][a-z\d+.-]*:\/\/)?(?:([^@/?#]*)@)?(www\.)?([^/?#:]*)(:\d+)?(.*)$/is

/**
 * A URL at an example domain, which the detector takes for nobody's and does not find again: scheme, `www.`, port, the ending
 * of a file and all punctuation stay, letters and digits of the rest are made up.
 */
export function otherUrl(digest: Digest, written: string, random: Random): string | undefined {
  const [, scheme = '', user, www = '', host = '', port = '', rest = ''] = URL_PARTS.exec(written) ?? []
  if (host === '') return undefined
  const login = user === undefined ? '' : `${otherText(user, random)}@`
  return scheme + login + www + exampleHost(digest, host.split('.')).join('.') + port + otherPath(rest, random)
}

/** Escapes and the ending of a file stay. */
function otherPath(path: string, random: Random): string {
  return path
    .split(/(%[\da-f]{2}|\.[a-z]{2,5}(?=$|[?#]))/i)
    .map((piece, index) => (index % 2 === 0 ? otherText(piece, random) : piece))
    .join('')
}

/** `firm.co.uk` as `tavu.example.com`: a name that depends on the domain and the key only. */
function exampleHost(digest: Digest, labels: readonly string[]): readonly string[] {
  const domain = labels.join('.').toLowerCase()
  const random = randomOf(digest, 'look-alike host', domain)
  const name = 'a'.repeat(Math.min(LONGEST_LABEL, Math.max(4, labels.at(-2)?.length ?? 0)))
  const last = labels.at(-1)?.toLowerCase() ?? ''
  const sounds = Array.from(name, (_, index) => otherText(index % 2 === 0 ? 'b' : 'a', random)).join('')
  return [sounds + digitsOf(1, random), 'example', last === 'org' || last === 'net' ? last : 'com']
}
