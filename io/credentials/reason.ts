/** Why there are no credentials, in words of our own; the cause is the library's. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError'
}

/**
 * What an error may say in a log: names, codes and statuses, of its cause and of what it gathers too. Messages of libraries are
 * left out: they quote answers, commands and files, which may hold secrets.
 */
export function reasonOf(error: unknown): string {
  const words = [...new Set(gathered(error, 0))]
  return words.length === 0 ? 'an error without a name' : words.slice(0, MOST_WORDS).join(' ')
}

const MOST_WORDS = 12
const DEEPEST = 4

function gathered(error: unknown, depth: number): readonly string[] {
  if (depth > DEEPEST || !isRecord(error)) return []
  const inner = [error['cause'], ...(Array.isArray(error['errors']) ? error['errors'] : [])]
  const own = error instanceof CredentialError ? [spoken(error)] : wordsOf(error)
  return [...own, ...inner.flatMap((cause) => gathered(cause, depth + 1))]
}

const spoken = ({ message, cause }: CredentialError) => (cause === undefined ? message : `${message}:`)

function wordsOf(error: Readonly<Record<string, unknown>>): readonly string[] {
  const { name, code, statusCode, status, response, errorResponse, $metadata: metadata } = error
  const answer = isRecord(response) ? response : {}
  const data = isRecord(answer['data']) ? answer['data']['error'] : undefined
  const said = isRecord(errorResponse) ? errorResponse['error'] : undefined
  const inner = isRecord(data) ? data['status'] : data
  const http = isRecord(metadata) ? metadata['httpStatusCode'] : undefined
  // Entra's own number for what is wrong: AADSTS7000215 is a wrong client secret.
  const [entra] = /\bAADSTS\d{4,9}\b/.exec(typeof error['message'] === 'string' ? error['message'] : '') ?? []
  return [name, code, inner, said, entra, statusCode ?? status ?? answer['status'] ?? http].flatMap(word)
}

/** A word of an enumeration; anything longer or stranger could be content. */
function word(value: unknown): readonly string[] {
  if (typeof value === 'number') return [String(value)]
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,47}$/.test(value) ? [value] : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
