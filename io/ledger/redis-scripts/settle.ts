import { PRELUDE } from './prelude.js'

/**
 * Replaces what a lease holds, or what was charged when it was lost, by what was used; forgets the lease, so that a second time
 * changes nothing. ARGV: offset, id, then an amount per claim. Returns nothing.
 */
export const SETTLE = `${PRELUDE}
local id = ARGV[2]
local lease = readLease(id)
if lease then
  loadAll(lease.claims)
  for i, c in ipairs(lease.claims) do
    local b = held[c.bucket]
    if b then
      if lease.state == 'l' then uncommit(b, c.amount, c.slice, c.resets) else hold(b, -c.amount) end
      commit(b, ARGV[i + 2] or '0')
    end
  end
  redis.call('HDEL', LEASES, id)
  if lease.state == 'l' then redis.call('ZREM', STALE, 'l ' .. id) else redis.call('ZREM', EXPIRY, id) end
  save()
end
sweep()
`
