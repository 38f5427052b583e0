import { codeAt } from '../../detect/scan/characters.js'
import { look, type Scan } from '../../detect/scan/state.js'
import type { SecretIndex } from '../compile.js'
import { isPlaceholder } from '../values.js'
import { BY_USE, offerSecret } from './offer-secret.js'

const LONGEST_USER = 128
const LONGEST_PASSWORD = 256
const STOP = new Set([...' \t\r\n"\'`<>/?#\\'].map((sign) => sign.charCodeAt(0)))
const SAMPLE = /^(?:pass|password|passwd|pwd|secret|token|user|test|xxx+|\*+|\[.*\]|:.*|%s|%\w|\$.*|\{.*)$/i
const CONTRIBSYS = /^(?:gems|enterprise)\.contribsys\.com/

/** Proposes the password of `scheme://user:password@host` (RFC 3986, 3.2.1), the scheme being [start, colon). */
export function readUrlPassword(scan: Scan, { places }: SecretIndex, colon: number): void {
  const { text } = scan
  look(scan, colon + 2)
  if (codeAt(scan.codes, colon + 1) !== 47 || codeAt(scan.codes, colon + 2) !== 47) return
  const user = colon + 3
  const separator = partEnd(scan, user, LONGEST_USER, 58)
  if (separator < 0) return
  const at = partEnd(scan, separator + 1, LONGEST_PASSWORD, 64)
  if (at < 0) return
  const password = text.slice(separator + 1, at)
  if (isContribsys(scan, user, separator, at)) {
    offerSecret(scan, places.contribsys, user, at, BY_USE)
  } else if (password.length >= 4 && !SAMPLE.test(password) && !isPlaceholder(password)) {
    offerSecret(scan, places.url, separator + 1, at, BY_USE)
  }
}

/** Where `sign` stands behind `from` within the user information, -1 where something else ends it. */
function partEnd(scan: Scan, from: number, longest: number, sign: number): number {
  let end = from
  while (end - from < longest && end < scan.text.length) {
    const code = codeAt(scan.codes, end)
    if (code === sign || code === 64 || STOP.has(code)) break
    end++
  }
  look(scan, end)
  scan.steps += end - from
  return codeAt(scan.codes, end) === sign ? end : -1
}

/** The packages of Sidekiq's makers: user and password are both halves of a key. */
function isContribsys(scan: Scan, user: number, separator: number, at: number): boolean {
  const host = scan.text.slice(at + 1, at + 26)
  if (separator - user !== 8 || at - separator !== 9 || !/^[\da-f:]+$/i.test(scan.text.slice(user, at))) return false
  look(scan, at + 26)
  return CONTRIBSYS.test(host)
}
