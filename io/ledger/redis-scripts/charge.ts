import { PRELUDE } from './prelude.js'

/**
 * Commits amounts without asking, once per id within a day.
 *
 * ARGV: offset, id, then per claim: bucket, budget, window, amount, limit, mode. Returns nothing.
 */
export const CHARGE = `${PRELUDE}
if redis.call('ZADD', STALE, 'NX', int(now + DAY), 'c ' .. ARGV[2]) == 1 then
  local claims = claimsFrom(3)
  loadAll(claims)
  for _, c in ipairs(claims) do
    local b = held[c.bucket]
    b.limit = c.limit
    commit(b, c.amount)
  end
  save()
end
sweep()
`
