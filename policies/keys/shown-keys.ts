import type { Claims } from '../../core/settings.js'
import { looksLikeKey } from './key-text.js'

/** Where clients of the vendors' APIs show their keys, beside `authorization: Bearer` and the parameter `key`. */
const HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key'] as const

/**
 * The keys of Tollgate's own that a request shows, each once: as clients of OpenAI, Anthropic, Azure and Google send theirs. What else
 * stands in those places is somebody else's, and is left alone.
 */
export function shownKeys(claims: Claims): readonly string[] {
  const places = [bearerIn(claims.header('authorization')), claims.query?.('key')]
  for (const name of HEADERS) places.push(claims.header(name))
  const shown: string[] = []
  for (const place of places) {
    if (place === undefined) continue
    // A header that came twice is joined by commas.
    for (const part of place.includes(',') ? place.split(',') : [place]) {
      const text = unmarked(part.trim())
      if (looksLikeKey(text) && !shown.includes(text)) shown.push(text)
    }
  }
  return shown
}

function bearerIn(header: string | undefined): string | undefined {
  return header !== undefined && BEARER.test(header) ? header : undefined
}

/** The scheme's name is in any case (RFC 9110, 11.1). */
const BEARER = /^ *bearer +/i

function unmarked(text: string): string {
  return text.replace(BEARER, '')
}
