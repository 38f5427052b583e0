import type { ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import type { Policy, Verdict } from '../../core/policy.js'

/** Whether there is room to record what a request will have spent. */
export interface LedgerRoom {
  room(): 'some' | 'none'
}

/** Seconds after which a refused client may ask again. */
const RETRY_AFTER = 5

/** Refuses requests that nobody could account for: 503, before anything is read or held for them. */
export function ledgerGate(ledger: LedgerRoom): Policy {
  const admit = (request: ChatRequest): Verdict => {
    if (ledger.room() === 'some') return { kind: 'continue', request }
    const message = 'What is spent cannot be recorded at the moment.'
    return { kind: 'refuse', error: new GatewayError('upstream_unavailable', message, { retryAfter: RETRY_AFTER }) }
  }
  return {
    name: 'ledger',
    admit,
    explain: (request) => ({ verdict: admit(request), details: { room: ledger.room() } }),
  }
}
