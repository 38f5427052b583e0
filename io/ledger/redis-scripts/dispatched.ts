import { PRELUDE } from './prelude.js'

/** Notes that a provider has been asked on an open lease. ARGV: offset, id. Returns nothing. */
export const DISPATCHED = `${PRELUDE}
local id = ARGV[2]
local text = openLease(id)
-- The state is the text's first letter.
if text then redis.call('HSET', LEASES, id, 'd' .. string.sub(text, 2)) end
`
