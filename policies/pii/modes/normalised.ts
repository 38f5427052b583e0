import { ENTITIES } from '../detect/entities/index.js'
import { fold } from '../detect/scan/fold.js'
import { compactOf } from '../detect/scan/read-forms.js'

/** Addresses whose letters mean different things in another case. */
const CASED = new Set(['bitcoin_address', 'litecoin_address', 'dogecoin_address', 'tron_address', 'ripple_address'])
const DATED = new Set(['date_of_birth', 'card_expiry'])
const BUILT_IN = new Set(ENTITIES.map(({ name }) => name))

const WRITTEN_AT = /\s*(?:[[({<]\s*(?:at|@)\s*[\])}>]|%40|@)\s*|\s+at\s+/
const WRITTEN_DOT = /\s*[[({<]\s*(?:dot|\.)\s*[\])}>]\s*|\s+dot\s+/g

/**
 * One text for all ways to write one value: without disguises, case and separators where they mean nothing. Terms and patterns of
 * the operator's own, and secrets, keep their separators and their case; only spaces are evened out.
 */
export function normalised(entity: string, value: string): string {
  const text = fold(value).text.trim()
  switch (entity) {
    case 'email':
    case 'in_upi_id':
      return text.toLowerCase().replace(WRITTEN_AT, '@').replace(WRITTEN_DOT, '.').replace(/\s+/g, '')
    case 'url':
      return text.replace(/^[^/?#]*(?:\/\/[^/?#]*)?/, (host) => host.toLowerCase())
    case 'ip_address':
    case 'ethereum_address':
      return text.toLowerCase()
    case 'phone':
      return (text.startsWith('+') ? '+' : '') + compactOf(text)
  }
  if (DATED.has(entity)) return text.toLowerCase().replace(/[^\p{L}\d]+/gu, '-')
  if (CASED.has(entity) || !BUILT_IN.has(entity)) return text.replace(/\s+/g, ' ')
  return compactOf(text)
}
