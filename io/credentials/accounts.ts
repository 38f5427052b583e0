/** Whose accounts can sign for a provider in the place of an API key. */
export type Account = 'google' | 'aws' | 'entra'

const ACCOUNTS: ReadonlyMap<string, Account> = new Map<string, Account>([
  ['vertex', 'google'],
  ['bedrock', 'aws'],
  ['bedrock-converse', 'aws'],
  ['bedrock-invoke', 'aws'],
  ['azure', 'entra'],
])

/** Undefined for a provider kind that has API keys only. */
export function accountOf(kind: string): Account | undefined {
  return ACCOUNTS.get(kind)
}
