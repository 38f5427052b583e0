import { readSecrets } from '../../secrets/read/read.js'
import { mayBegin } from './boundary.js'
import { readCard } from './card.js'
import { CLASSES, classAt, codeAt, IDEOGRAPH, isDigitAt, LETTER, WORD } from './characters.js'
import { goesOnShort, readDigitRun } from './digit-run.js'
import { beginsLocalPart, mayBeAddress, readEmail } from './email.js'
import { readIpv4, readIpv6 } from './ip.js'
import { isPhraseNear, readLabelled } from './labelled.js'
import { settle, settleAll } from './offer.js'
import { readPhone } from './phone.js'
import { mayGoOnWithDigit, readForms } from './read-forms.js'
import { look, type Scan } from './state.js'
import { readTerms } from './terms.js'
import { readToken } from './token.js'
import { readDomain, readUrl, readWww } from './url.js'
import { readWallet, SHORTEST_WALLET } from './wallet.js'
import { hearIdeograph } from './words.js'

const AT = 64
const COLON = 58
const DASH = 45
const DOT = 46
const SPACE = 32
const LOWER_A = 97
const LONGEST_HEX_GROUP = 4

/** Whether the token is a word between words, far from any label: most are, and nothing begins with them. */
function isPlainWord(scan: Scan, start: number, end: number): boolean {
  const { codes } = scan
  if (scan.hasDigit || codes[end] !== SPACE || end - start >= SHORTEST_WALLET) return false
  look(scan, end + 1)
  const next = codes[end + 1] ?? 0
  return (classAt(codes, end + 1) & LETTER) !== 0 && (next | 32) !== LOWER_A && !isPhraseNear(scan, start)
}

/** Everything that may begin with the token [start, end). */
function readValues(scan: Scan, start: number, end: number): void {
  if (isPlainWord(scan, start, end)) return
  const { codes } = scan
  const after = codeAt(codes, end)
  if (mayBeAddress(scan, end) && beginsLocalPart(codes, start)) {
    readEmail(scan, start, end)
    if (after === DOT || after === DASH) readSite(scan, start, end)
  }
  if (after === COLON && classAt(codes, start) & LETTER && end - start <= 5) readUrl(scan, start, end)
  if (!mayBegin(codes, start)) return
  if (after === COLON && end - start <= LONGEST_HEX_GROUP) readIpv6(scan, start)
  if (scan.hasDigit || mayGoOnWithDigit(scan, end)) readForms(scan, start)
  if (end - start >= SHORTEST_WALLET) readWallet(scan, start, end)
  if (isPhraseNear(scan, start)) readLabelled(scan, start)
  if (!isDigitAt(codes, start)) return
  if (after === DOT && end - start <= 3) readIpv4(scan, start)
  if (!goesOnShort(codes, start, end)) readNumbers(scan, start)
}

/** A dot or a dash follows: `www.`, or a domain by itself. */
function readSite(scan: Scan, start: number, end: number): void {
  if (end - start === 3 && scan.text.slice(start, end).toLowerCase() === 'www') readWww(scan, start)
  else if (codeAt(scan.codes, start - 1) !== AT) readDomain(scan, start)
}

function readNumbers(scan: Scan, start: number): void {
  const run = readDigitRun(scan, start)
  if (!run) return
  readCard(scan, run)
  readPhone(scan, run)
}

function readSign(scan: Scan, start: number): void {
  if (mayBegin(scan.codes, start)) readNumbers(scan, start)
}

function step(scan: Scan, start: number): void {
  const kind = classAt(scan.codes, start)
  scan.steps++
  if (scan.rules.terms) readTerms(scan, scan.rules.terms, start)
  if (kind & WORD) {
    scan.at = readToken(scan, start)
    if (scan.rules.secrets) readSecrets(scan, scan.rules.secrets, start, scan.at)
    readValues(scan, start, scan.at)
    return
  }
  scan.at = start + 1
  if (kind & IDEOGRAPH) hearIdeograph(scan, start)
  else if (isSign(codeAt(scan.codes, start))) readSign(scan, start)
}

/** Goes on until the end, or until `budget` more characters have been looked at; whether it is done. */
export function walk(scan: Scan, budget: number): boolean {
  const stop = scan.steps + budget
  const end = scan.text.length
  for (skipPlain(scan); scan.at < end; skipPlain(scan)) {
    if (scan.steps > stop) return false
    settle(scan, scan.at)
    scan.far = 0
    step(scan, scan.at)
    if (scan.open < 0 && scan.far >= end) scan.open = scan.resumable
  }
  settleAll(scan)
  if (scan.open < 0) scan.open = end
  return true
}

/** Passes what nothing begins with. */
function skipPlain(scan: Scan): void {
  if (scan.rules.terms) return
  const { codes } = scan
  const classes = CLASSES
  const end = scan.text.length
  let index = scan.at
  for (; index < end; index++) {
    const code = codes[index] ?? 0
    if (classes[code] !== 0 || isSign(code)) break
  }
  scan.steps += index - scan.at
  scan.at = index
}

/** A plus or a bracket: a phone number may begin with it. */
function isSign(code: number): boolean {
  return code === 43 || code === 40
}
