import { PRELUDE } from './prelude.js'

/**
 * ARGV: offset and, to narrow it, a budget. Returns words, per bucket that holds something and has not ended: its name, budget
 * (after a `=`, since it may be empty), window and state. Reads all buckets there are, so it is for people, not for requests.
 */
export const LIST = `${PRELUDE}
closeLost()
save()
local words = {}
local all = redis.call('HGETALL', BUCKETS)
for i = 1, #all, 2 do
  local b = parse(all[i], all[i + 1])
  local holds, ended = b.committed + b.reserved > 0, b.kind == 'c' and b.y <= now
  if holds and not ended and (not ARGV[2] or ARGV[2] == b.budget) then
    words[#words + 1] = b.name .. ' =' .. b.budget .. ' ' .. b.window .. ' ' .. state(b, b.limit)
  end
end
return table.concat(words, ' ')
`
