import { PRELUDE } from './prelude.js'

/** ARGV: offset, then per bucket its name and window. Returns words: the states, in order. */
export const READ = `${PRELUDE}
closeLost()
save()
local words = {}
for i = 2, #ARGV, 2 do
  local b = load(ARGV[i]) or blank(ARGV[i], ARGV[i + 1], '')
  words[#words + 1] = state(b, b.limit)
end
return table.concat(words, ' ')
`
