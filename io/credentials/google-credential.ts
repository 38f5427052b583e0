/** The forms of Google's credential files, and the members that each cannot do without. */
const FORMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['service_account', ['client_email', 'private_key']],
  ['authorized_user', ['client_id', 'client_secret', 'refresh_token']],
  ['external_account', ['audience', 'subject_token_type', 'token_url']],
  ['external_account_authorized_user', ['audience', 'refresh_token', 'token_url']],
  ['impersonated_service_account', ['service_account_impersonation_url']],
])

const WANTED = 'must be the JSON of a Google credential'

/**
 * What keeps a text from being a credential of Google's; undefined when nothing does. Nothing of it is quoted. See
 * https://cloud.google.com/docs/authentication/application-default-credentials and https://google.aip.dev/auth/4117.
 */
export function googleCredentialFault(text: string): string | undefined {
  const value = parsed(text)
  if (value === undefined) return `${WANTED}, an object; a file's content is written as \${file:PATH}`
  const { type } = value
  const members = typeof type === 'string' ? FORMS.get(type) : undefined
  if (members === undefined) return `${WANTED} with a type of ${[...FORMS.keys()].join(', ')}`
  const missing = members.find((member) => typeof value[member] !== 'string' || value[member] === '')
  if (missing !== undefined) return `${WANTED} of type ${String(type)}, with a text in ${missing}`
  if (type === 'service_account' && !String(value['private_key']).includes('-----BEGIN')) {
    return `${WANTED} with a private_key in PEM, line breaks written as \\n`
  }
  return undefined
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
