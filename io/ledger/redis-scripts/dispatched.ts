import { PRELUDE } from './prelude.js'

/** Notes that a provider has been asked on an open lease. ARGV: offset, id. Returns nothing. */
export const DISPATCHED = `${PRELUDE}
local id = ARGV[2]
local lease = openLease(id)
if lease then
  lease.state = 'd'
  redis.call('HSET', LEASES, id, leaseText(lease))
end
`
