import { PRELUDE } from './prelude.js'

/**
 * Raises the limit of a bucket whose window has not ended. ARGV: offset, bucket, `by` or `to`, amount. Returns words: the limit in
 * force and until when it is raised (`-` for good); nil when there is no such bucket.
 */
export const RAISE = `${PRELUDE}
closeLost()
local b = load(ARGV[2])
local words = false
if b and not (b.kind == 'c' and b.y <= now) then
  local wanted = ARGV[3] == 'by' and b.raised + ARGV[4] or ARGV[4] - b.limit
  b.raised = int(math.max(0, math.min(wanted, 9007199254740991 - b.limit)))
  b.till = '-'
  if b.raised ~= '0' and b.kind == 'c' then b.till = int(b.y) end
  if b.raised ~= '0' and b.kind == 'r' then b.till = int(now + b.x) end
  b.changed = true
  words = int(b.limit + b.raised) .. ' ' .. b.till
end
save()
return words
`
