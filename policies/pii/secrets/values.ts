import { EMPTY_HASH, HASH_FACTOR } from '../detect/scan/word-hash.js'
import { entropy } from './entropy.js'

/** What stands where a secret should. */
const PLACEHOLDER =
  /example|sample|dummy|placeholder|redacted|changeme|change_me|replace|insert|xxxx|your[-_]|_here|abcdefghij|lorem|\.\.\.|\*\*\*|\$\{|\{\{|<[^>]*>|^%.*%$|^\$\w+$|^\$\(|^@\w+@$|:\/\//i

/** Words that passwords in examples and settings have in them; a key would hardly. */
const SAMPLE_WORD =
  /passw|passwd|secret|test(?:ing)?$|default|undefined|null|false|true|none|require|incorrect|invalid/i

/** Whether the value only says where a secret goes. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || isPublished(value)
}

/**
 * Hashes (FNV-1a) of keys that documentation and sample projects publish as they are: of Firebase, Chromium, Algolia's and
 * NuGet's pages. They are no one's secret.
 */
const PUBLISHED = new Set<number>([
  0x00d9b068 | 0,
  0x0af7ca9d | 0,
  0x1751c16c | 0,
  0x1845a427 | 0,
  0x4e1351cb | 0,
  0x6a41f911 | 0,
  0x6af56d80 | 0,
  0x722ef8d0 | 0,
  0x739ddd87 | 0,
  0x8ee1d847 | 0,
  0x965bd60a | 0,
  0xaf8fab00 | 0,
  0xb0a58386 | 0,
  0xb1887211 | 0,
  0xb8782c2e | 0,
  0xc8a510e9 | 0,
  0xd518b041 | 0,
  0xf0951274 | 0,
  0xf50c0e72 | 0,
])

function isPublished(value: string): boolean {
  return PUBLISHED.has(hashOf(value))
}

function hashOf(value: string): number {
  let hash = EMPTY_HASH
  for (let index = 0; index < value.length; index++) hash = Math.imul(hash ^ value.charCodeAt(index), HASH_FACTOR)
  return hash
}

function classOf(code: number): number {
  if (code >= 48 && code <= 57) return 1
  if (code >= 97 && code <= 122) return 2
  return code >= 65 && code <= 90 ? 3 : 0
}

/** How often digits, small letters and capitals alternate, per character: identifiers do seldom, random ones do all the time. */
function alternation(value: string): number {
  let changes = 0
  for (let index = 1; index < value.length; index++) {
    if (classOf(value.charCodeAt(index)) !== classOf(value.charCodeAt(index - 1))) changes++
  }
  return changes / value.length
}

/** Parts that read as words, numbers or versions: "prod-db-3", "rc0.13.0_20230412". */
const WORDY = /^(?:[A-Za-z]?[a-z]*|[A-Z]+|v?\d+|(?:[A-Z][a-z]+)+\d{0,4}|[A-Za-z][a-z]+\d{1,4}|[A-Z]+\d{1,4}|rc\d+)$/

function isWordy(value: string): boolean {
  const parts = value.split(/[-_./=+~:]+/)
  return parts.length > 1 && parts.every((part) => WORDY.test(part))
}

/** Entropy that random letters and digits have, by length; short ones cannot have more. */
function enough(length: number): number {
  return length < 16 ? 2.9 : length < 24 ? 3.2 : 3.4
}

/** Whether a value with letters and digits is random rather than a name of something. */
export function isRandom(value: string): boolean {
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value) || isPlaceholder(value) || isWordy(value)) return false
  return alternation(value) >= 0.25 && entropy(value) >= enough(value.length)
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

export function isUuid(value: string): boolean {
  return UUID.test(value)
}

/** Whether a value may be a password where its name says so: letters alone only where they are `long` enough to be no word. */
export function isPassword(value: string, letters: 'accepted' | 'refused'): boolean {
  if (value.length < 8 || value.length > 128 || /\s/.test(value)) return false
  if (isPlaceholder(value) || SAMPLE_WORD.test(value) || entropy(value) < 2.5) return false
  if (/^[A-Za-z]+$/.test(value)) return letters === 'accepted' && value.length >= 10
  if (/^\d+$/.test(value)) return false
  if (isWordy(value)) return letters === 'accepted' && /\d.*\d|[a-z].*[A-Z]|[A-Z].*[a-z]/.test(value)
  return true
}
