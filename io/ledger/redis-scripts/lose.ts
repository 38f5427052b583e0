import { PRELUDE } from './prelude.js'

/**
 * Closes a lease as lost, if it is open. ARGV: offset, id. Returns what it was charged as words, bucket and amount of each claim;
 * nothing for an id that is not known.
 */
export const LOSE = `${PRELUDE}
local id = ARGV[2]
local lease = readLease(id)
if lease and lease.state ~= 'l' then
  lose(id)
  save()
  lease = readLease(id)
end
local words = {}
for i, c in ipairs(lease and lease.claims or {}) do words[i] = c.bucket .. ' ' .. c.amount end
return lease and table.concat(words, ' ')
`
