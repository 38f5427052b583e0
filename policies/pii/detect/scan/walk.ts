import { readSecrets } from '../../secrets/read/read.js'
import { mayBegin } from './boundary.js'
import { readCard } from './card.js'
import { classAt, codeAt, IDEOGRAPH, isDigitAt, LETTER, WORD } from './characters.js'
import { goesOnShort, readDigitRun } from './digit-run.js'
import { beginsLocalPart, mayBeAddress, readEmail } from './email.js'
import { readIpv4, readIpv6 } from './ip.js'
import { isPhraseNear, readLabelled } from './labelled.js'
import { settle, settleAll } from './offer.js'
import { readPhone } from './phone.js'
import { isSign, passPlain } from './plain-word.js'
import { mayGoOnWithDigit, readForms } from './read-forms.js'
import type { Scan } from './state.js'
import { readTerms } from './terms.js'
import { isTail, passTail, readToken } from './token.js'
import { readDomain, readUrl, readWww } from './url.js'
import { readWallet, SHORTEST_WALLET } from './wallet.js'
import { hearIdeograph } from './words.js'

const AT = 64
const COLON = 58
const DASH = 45
const DOT = 46
const LONGEST_HEX_GROUP = 4

/** Everything that may begin with the token [start, end). */
function readValues(scan: Scan, start: number, end: number): void {
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
    if (isTail(scan.codes, start)) {
      scan.at = passTail(scan, start)
      return
    }
    scan.at = readToken(scan, start)
    if (isTail(scan.codes, scan.at)) return
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
  for (passPlain(scan, stop); scan.at < end; passPlain(scan, stop)) {
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
