import { PRELUDE } from './prelude.js'

/**
 * One step of going through the leases. ARGV: offset, cursor (0 at first), a glob pattern. Returns words: the next cursor, 0 at the end,
 * and the ids that match; one may come twice.
 */
export const LEASES = `${PRELUDE}
local found = redis.call('HSCAN', LEASES, ARGV[2], 'MATCH', ARGV[3], 'COUNT', 1000)
local words = { found[1] }
for i = 1, #found[2], 2 do words[#words + 1] = found[2][i] end
return table.concat(words, ' ')
`
