import { PRELUDE } from './prelude.js'

/** Sets what is committed to a bucket to zero. ARGV: offset, bucket. Returns how much that was, nil when there is no such bucket. */
export const RESET = `${PRELUDE}
closeLost()
local b = load(ARGV[2])
local taken = b and b.committed
if b then
  b.committed, b.slices, b.resets, b.changed = '0', '-', int(b.resets + 1), true
end
save()
return taken
`
