/** What the name of a value says. */
export type NameKind = 'password' | 'secret' | 'none'

const LETTERS_AND_DIGITS = /^[A-Za-z\d]+$/

/** A name as words: lower case, apart by single spaces. */
export function wordsOf(name: string): string {
  const parts = /[A-Z]/.test(name) ? splitCapitals(name) : name
  const words = LETTERS_AND_DIGITS.test(parts) ? parts : parts.replace(/[^A-Za-z\d]+/g, ' ').trim()
  return words.toLowerCase()
}

function splitCapitals(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
}

const PASSWORD = /^(?:\w*(?:password|passwd|passphrase|passwort)|pwd|\w+pwd)$/
const SECRET =
  /^(?:\w*(?:token|secret|apikey|secretkey|accesskey|privatekey|authkey)|creds|credentials?|auth|authorization)$/

/** What a key is for that is one: "api key", "signing_key". */
const KEYS = new Set(
  (
    'api access secret private auth signing encryption service account admin client license licence deploy webhook integration ' +
    'app application shared master storage token hmac jwt crypto cipher session security subscription developer dev rest server user login'
  ).split(' '),
)

/** Words behind that make it something about the secret. */
const ABOUT = new Set(
  (
    'id ids name names url uri urls file files path dir size length len type types kind version hash count counts limit limits index field ' +
    'column store vault pair chars event down up pressed selector frame word expiry expires expired expiration ttl at date time timeout ' +
    'endpoint host arn format prefix suffix location source result results provider class param parameter params variable var method ' +
    'handler manager service policy policies rule rules rotation min max usage used budget budgets bucket buckets per cost input output ' +
    'prompt completion total ring ref reference alias label title description hint message error errors status state mode header headers ' +
    'regex pattern validator required enabled disabled function fn request response js utils map list set array'
  ).split(' '),
)

/** Words anywhere that make it no secret. */
const OPEN = new Set(
  'public pub publishable publickey csrf xsrf authenticity primary foreign page next continuation cursor cancellation idempotency jsonwebtoken sort partition'.split(
    ' ',
  ),
)

/** A type behind a name: `var token string = "..."`. */
const TYPES = /[ \t]+(?:string|str|text|char|varchar|byte|bytes|any|object)$/i

/** What kind of value is assigned to a name as it stands in the text; only its last word apart by spaces says so. */
export function nameKind(written: string): NameKind {
  const spaced = /[ \t]/.test(written)
  const name = spaced ? written.replace(TYPES, '') : written
  const all = wordsOf(name).split(' ')
  if (all.some((word) => OPEN.has(word))) return 'none'
  const last = spaced ? wordsOf(/[^ \t]*$/.exec(name)?.[0] ?? '').split(' ').length : all.length
  const first = all.length - last
  for (let index = all.length - 1; index >= Math.max(0, first); index--) {
    const word = all[index] ?? ''
    const kind = kindOf(word, all[index - 1] ?? '')
    if (kind !== 'none') return kind
    if (ABOUT.has(word)) return 'none'
  }
  return 'none'
}

function kindOf(word: string, before: string): NameKind {
  if (PASSWORD.test(word) || (word === 'pass' && before !== '')) return 'password'
  if (SECRET.test(word) || (word === 'key' && KEYS.has(before))) return 'secret'
  return 'none'
}
