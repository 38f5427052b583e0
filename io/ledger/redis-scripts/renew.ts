import { PRELUDE } from './prelude.js'

/** Keeps an open lease alive and notes what it used. ARGV: offset, id, ttl, then an amount per claim. Returns nothing. */
export const RENEW = `${PRELUDE}
local id, ttl = ARGV[2], tonumber(ARGV[3])
local text = openLease(id)
if text then
  local lease = parseLease(text)
  for i, c in ipairs(lease.claims) do c.used = ARGV[i + 3] or '0' end
  redis.call('HSET', LEASES, id, leaseText(lease))
  redis.call('ZADD', EXPIRY, int(now + ttl), id)
end
`
