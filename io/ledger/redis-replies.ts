import type {
  Bucket,
  BucketState,
  Claim,
  Extension,
  LostAmount,
  Raised,
  Reservation,
  Window,
} from '../../policies/budget/ledger.js'

/** Makes a name that holds no white space and is not empty; `unescapeName` gives it back. Scripts part words at spaces. */
export function escapeName(name: string): string {
  return /[%\s]/.test(name) ? name.replace(/[%\s]/gu, (character) => encodeURIComponent(character)) : name
}

/** The inverse of `escapeName`. */
function unescapeName(word: string): string {
  return word.includes('%') ? decodeURIComponent(word) : word
}

/** A window as scripts read it: `c:START:END`, `r:LENGTH:SLICES` or `l`. */
export function windowWord(window: Window): string {
  switch (window.kind) {
    case 'calendar':
      return `c:${window.start}:${window.end}`
    case 'rolling':
      return `r:${window.length}:${window.slices}`
    case 'life':
      return 'l'
  }
}

function windowOf(word: string): Window {
  const [kind, x, y] = word.split(':')
  if (kind === 'c') return { kind: 'calendar', start: Number(x), end: Number(y) }
  return kind === 'r' ? { kind: 'rolling', length: Number(x), slices: Number(y) } : { kind: 'life' }
}

/** A claim as scripts read it: bucket, budget, window, amount, limit, mode. */
export function claimWords({ bucket, amount, limit, mode }: Claim): readonly (string | number)[] {
  return [
    escapeName(bucket.key),
    escapeName(bucket.budget),
    windowWord(bucket.window),
    amount,
    limit,
    mode === 'hard' ? 'h' : 's',
  ]
}

/** What a state is told in: committed, reserved, limit, raised, and when something leaves. */
const STATE_WORDS = 5

/** Decodes the reply of `read`, or the states within another one. */
export function statesOf(words: readonly string[], buckets: readonly Bucket[]): readonly BucketState[] {
  return buckets.map((bucket, index) => stateAt(words, index * STATE_WORDS, bucket))
}

function stateAt(words: readonly string[], at: number, bucket: Bucket): BucketState {
  const raised = Number(words[at + 3])
  const freesIn = words[at + 4]
  return {
    bucket,
    committed: Number(words[at]),
    reserved: Number(words[at + 1]),
    limit: Number(words[at + 2]),
    ...(raised > 0 && { raised }),
    ...(freesIn === undefined || freesIn === '-' ? {} : { freesIn: Number(freesIn) }),
  }
}

/** Splits a reply into words; one that is not text has none. */
export function wordsOf(reply: unknown): readonly string[] {
  return typeof reply === 'string' && reply !== '' ? reply.split(' ') : []
}

const indicesOf = (word: string | undefined) => (word ?? '').split(',').map(Number)

/** Decodes the reply of `reserve`. Throws a `TypeError` for one that the script does not give. */
export function reservationOf(reply: unknown, buckets: readonly Bucket[]): Reservation {
  const [kind, ...words] = wordsOf(reply)
  switch (kind) {
    case 'reserved':
      return { kind, states: statesOf(words, buckets) }
    case 'exhausted':
      return { kind, refusing: indicesOf(words[0]), states: statesOf(words.slice(1), buckets) }
    case 'other-window':
      return { kind, now: Number(words[0]) }
    default:
      throw new TypeError(`not a reply of reserve: ${kind}`)
  }
}

/** Decodes the reply of `extend`. Throws a `TypeError` for one that the script does not give. */
export function extensionOf(reply: unknown): Extension {
  const [kind, indices] = wordsOf(reply)
  switch (kind) {
    case 'extended':
    case 'closed':
      return { kind }
    case 'exhausted':
      return { kind, refusing: indicesOf(indices) }
    default:
      throw new TypeError(`not a reply of extend: ${kind}`)
  }
}

/** Decodes the reply of `lose`: undefined where there was no lease. */
export function lossOf(reply: unknown): readonly LostAmount[] | undefined {
  if (typeof reply !== 'string') return undefined
  const words = wordsOf(reply)
  return Array.from({ length: words.length / 2 }, (_, index) => [
    unescapeName(words[2 * index] ?? ''),
    Number(words[2 * index + 1]),
  ])
}

/** Decodes the reply of `raise`: undefined where there was no bucket. */
export function raisedOf(reply: unknown): Raised | undefined {
  if (typeof reply !== 'string') return undefined
  const [limit, till = '-'] = wordsOf(reply)
  return { limit: Number(limit), ...(till !== '-' && { until: Number(till) }) }
}

/** Decodes the reply of `list`. */
export function listOf(reply: unknown): readonly BucketState[] {
  const words = wordsOf(reply)
  const each = 3 + STATE_WORDS
  return Array.from({ length: words.length / each }, (_, index) => {
    const [key = '', budget = '', window = ''] = words.slice(index * each)
    const bucket = { key: unescapeName(key), budget: unescapeName(budget.slice(1)), window: windowOf(window) }
    return stateAt(words, index * each + 3, bucket)
  })
}
