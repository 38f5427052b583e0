import type { MemoryLedger } from '../io/ledger/memory-ledger.js'
import type { LedgerRequest } from './ledger-requests.js'

/** How many leases are open at a time, as in a gateway whose providers take a while. */
const OPEN = 50

/**
 * Reserves, dispatches and settles every request in this process. Returns CPU microseconds per request, those of garbage
 * collection and of writing the journal's file included. Throws when a reservation is refused.
 */
export function measureMemory(ledger: MemoryLedger, requests: readonly LedgerRequest[]): number {
  const settle = (request: LedgerRequest | undefined) => request && ledger.settle(request.lease.id, request.used)
  const before = process.cpuUsage()
  for (const [n, { lease }] of requests.entries()) {
    const { kind } = ledger.reserve(lease)
    if (kind !== 'reserved') throw new Error(`the memory ledger answered ${kind}`)
    ledger.dispatched(lease.id)
    settle(requests[n - OPEN])
  }
  for (const request of requests.slice(-OPEN)) settle(request)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests.length
}
