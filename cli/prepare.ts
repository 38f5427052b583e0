import { accountOf } from '../io/credentials/accounts.js'
import type { Config } from './configuration.js'
import { accountsIn } from './guards.js'

/** Loads the code that only requests under this configuration need, so that none of them is held up while it is read. */
export async function loadForRequests(config: Config): Promise<void> {
  const signs = accountsIn(config).some(([, { kind, apiKey }]) => apiKey === undefined && accountOf(kind) === 'aws')
  if (signs) await import('../llm/providers/signature-v4.js')
}
