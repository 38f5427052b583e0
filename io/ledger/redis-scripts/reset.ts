import { PRELUDE } from './prelude.js'

/** Sets what is committed to a bucket to zero. ARGV: offset, bucket. Returns 1, or 0 when there is no such bucket. */
export const RESET = `${PRELUDE}
closeLost()
local b = load(ARGV[2])
if b then
  b.committed, b.slices, b.resets, b.changed = '0', '-', int(b.resets + 1), true
end
save()
return b and 1 or 0
`
