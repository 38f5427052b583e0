import { fold } from '../detect/scan/fold.js'
import { otherIp, otherMac } from './addresses.js'
import { otherCard } from './cards.js'
import { otherChecked } from './checked.js'
import { otherDate } from './dates.js'
import { type Digest, type Random, randomOf } from './digest.js'
import { otherEmail, otherPaymentAddress, otherUrl } from './hosts.js'
import { otherIban } from './iban.js'
import { masked } from './masked.js'
import { normalised } from './normalised.js'
import { otherPhone } from './phones.js'
import { otherSsn } from './ssn.js'
import { otherText } from './substitute.js'
import { otherWallet } from './wallets.js'

const ATTEMPTS = 4

/**
 * A made-up value of the same kind, shape and separators in place of a real one: the same under one key however the value is
 * written, never the value itself. Where a range is kept for examples it is taken from there; a small one (256 hardware addresses,
 * 762 of IPv4) may give two values the same. The detector finds it again as the same entity where it found the original, with these
 * exceptions: URLs and IP addresses, which it knows to be nobody's; British mobile and regional numbers with +44, and SSNs (9xx,
 * which the SSA does not issue), found with a label and as `999-99-9999` only; secrets, and the operator's own patterns, whose check
 * nobody here knows; and where chance makes it something else as well. Where no other value was met: `masked`.
 */
export function lookAlike(digest: Digest, entity: string, value: string): string {
  const plain = fold(value).text.trim()
  const original = normalised(entity, value)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const random = randomOf(digest, 'look-alike', entity, original, String(attempt))
    const other = otherValue(digest, entity, plain, random)
    if (other !== undefined && other !== value && normalised(entity, other) !== original) return other
  }
  return masked(entity)
}

function otherValue(digest: Digest, entity: string, value: string, random: Random): string | undefined {
  switch (entity) {
    case 'email':
      return otherEmail(digest, value, random) ?? otherText(value, random)
    case 'in_upi_id':
      return otherPaymentAddress(value, random) ?? otherText(value, random)
    case 'url':
      return otherUrl(digest, value, random) ?? otherText(value, random)
    case 'ip_address':
      return otherIp(value, random)
    case 'mac_address':
      return otherMac(value, random) ?? otherText(value, random)
    case 'phone':
      return otherPhone(value, random) ?? otherText(value, random)
    case 'credit_card':
      return otherCard(value, random) ?? otherText(value, random)
    case 'iban':
      return otherIban(value, random) ?? otherText(value, random)
    case 'us_ssn':
      return otherSsn(value, random) ?? otherText(value, random)
    case 'date_of_birth':
      return otherDate(value, random)
  }
  return otherWallet(entity, value, random) ?? otherChecked(entity, value, random) ?? otherText(value, random)
}
