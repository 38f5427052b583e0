import { PRELUDE } from './prelude.js'

/**
 * Adds amounts to an open lease, all or nothing, and renews it.
 *
 * ARGV: offset, id, ttl, then an amount per claim. Returns words: `extended`, `exhausted INDICES` or `closed`.
 */
export const EXTEND = `${PRELUDE}
local id, ttl = ARGV[2], tonumber(ARGV[3])
closeLost()
save()
local lease = readLease(id)
if not lease or lease.state == 'l' then return 'closed' end
loadAll(lease.claims)

local added = {}
for i, c in ipairs(lease.claims) do
  added[i] = { bucket = c.bucket, amount = ARGV[i + 3] or '0', limit = c.limit, mode = c.mode }
end
local indices = refusing(added)
if #indices > 0 then return 'exhausted ' .. table.concat(indices, ',') end

for i, c in ipairs(lease.claims) do
  c.amount = int(c.amount + added[i].amount)
  hold(held[c.bucket], added[i].amount)
end
redis.call('HSET', LEASES, id, leaseText(lease))
redis.call('ZADD', EXPIRY, int(now + ttl), id)
save()
return 'extended'
`
