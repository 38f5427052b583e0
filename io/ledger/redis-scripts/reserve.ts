import { PRELUDE } from './prelude.js'

/**
 * Holds all claims of a lease or none; once per id, so that a command sent twice holds once.
 *
 * ARGV: offset, id, ttl, onLost (`c`harge or `r`elease), then per claim: bucket, budget, window, amount, limit, mode (`h` or `s`).
 * Returns words: `reserved STATES`, `exhausted INDICES STATES` with indices joined by commas, or `other-window NOW`.
 */
export const RESERVE = `${PRELUDE}
local id, ttl, claims = ARGV[2], tonumber(ARGV[3]), claimsFrom(5)
closeLost()
loadAll(claims)
for _, c in ipairs(claims) do
  local b = held[c.bucket]
  if b.kind == 'c' and (now < b.x or now >= b.y) then
    save()
    return 'other-window ' .. int(now)
  end
end

local indices, excess = refusing(claims)
for _, c in ipairs(claims) do
  local b = held[c.bucket]
  if b.limit ~= c.limit then b.limit, b.changed = c.limit, b.changed or not b.isNew end
end
if #indices > 0 and redis.call('HEXISTS', LEASES, id) == 0 then
  save()
  return 'exhausted ' .. table.concat(indices, ',') .. ' ' .. states(claims, excess)
end

if redis.call('HSETNX', LEASES, id, leaseText({ state = 'o', onLost = ARGV[4], claims = claims })) == 1 then
  redis.call('ZADD', EXPIRY, int(now + ttl), id)
  for _, c in ipairs(claims) do hold(held[c.bucket], c.amount) end
end
save()
return 'reserved ' .. states(claims)
`
