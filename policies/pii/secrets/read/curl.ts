import { codeAt } from '../../detect/scan/characters.js'
import { look, type Scan } from '../../detect/scan/state.js'
import type { SecretIndex } from '../compile.js'
import { entropy } from '../entropy.js'
import { isPlaceholder } from '../values.js'
import { BY_USE, offerSecret } from './offer-secret.js'

/** The command may begin so far before its option. */
const REACH = 400
const LONGEST = 160
const VALUE =
  /^(?:=|[ \t]{1,5})("[^"\n]{3,120}"|'[^'\n]{3,120}'|[\w$@.{}-]{1,80}:(?:"[^"\n]{3,80}"|'[^'\n]{3,80}'|[\w$@.{}!~%^&*+-]{3,80}))(?=\s|$)/
const SAMPLE = /^(?:change(?:it|me)?|pass(?:word|wd)?|pwd|test|token|secret|\*+|x+|y+|z+)$|[<>$]|\[.*\]|\{\{|^\d$/i

/** Proposes `user:password` behind the option `-u` or `--user` of curl, whose name is [start, end). */
export function readCurl(scan: Scan, { places }: SecretIndex, start: number, end: number): void {
  const { text, codes } = scan
  if (codeAt(codes, start - 1) !== 45 || !isOption(text, start, end)) return
  scan.steps += REACH
  if (!/\bcurl\b/.test(text.slice(Math.max(0, start - REACH), start))) return
  const ahead = text.slice(end, end + LONGEST)
  look(scan, Math.min(end + lookLength(ahead), text.length))
  const value = VALUE.exec(ahead)?.[1]
  if (value === undefined) return
  const from = end + ahead.indexOf(value)
  const quoted = /^["']/.test(value)
  const pair = quoted ? value.slice(1, -1) : value
  if (isPair(pair))
    offerSecret(scan, places.curl, quoted ? from + 1 : from, from + value.length - (quoted ? 1 : 0), BY_USE)
  scan.steps += value.length
}

function isOption(text: string, start: number, end: number): boolean {
  return end - start === 1
    ? text[start] === 'u' && text[start - 2] !== '-'
    : end - start === 4 && text.startsWith('--user', start - 2)
}

/** How much of what follows it takes to tell: the option's value at the most. */
function lookLength(ahead: string): number {
  const line = ahead.search(/\n/)
  return line < 0 ? LONGEST : line + 1
}

function isPair(pair: string): boolean {
  const colon = pair.indexOf(':')
  if (colon < 0 || /\s/.test(pair)) return false
  const user = pair.slice(0, colon)
  const password = pair.slice(colon + 1).replace(/^["']|["']$/g, '')
  const secret = password === '' ? user : password
  return secret.length >= 3 && !SAMPLE.test(secret) && !isPlaceholder(pair) && !/[<{]/.test(user) && entropy(pair) >= 2
}
