/**
 * KEYS, both with one hash tag: 1 `{prefix}:ledger:rows` stream; 2 `{prefix}:ledger:positions` hash, source -> seq of its last row.
 * ARGV: source. Returns the seq, 0 for none.
 */
export const POSITION = `
return tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
`

/**
 * Adds rows that are not there, all or nothing.
 *
 * KEYS as above. ARGV: source, the stream's length (0 for any), the seq that must be there before the first row, then per row: seq,
 * kind, at, line. Returns the seq of the last row that was there; where it is less than what must be, nothing was added.
 */
export const WRITE = `
local source, length, before = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local held = tonumber(redis.call('HGET', KEYS[2], source) or '0')
if held < before then return held end
local last = held
for i = 4, #ARGV, 4 do
  local seq = tonumber(ARGV[i])
  if seq > last then
    redis.call('XADD', KEYS[1], '*', 'source', source, 'seq', ARGV[i], 'kind', ARGV[i + 1], 'at', ARGV[i + 2], 'line', ARGV[i + 3])
    last = seq
  end
end
if last > held then redis.call('HSET', KEYS[2], source, string.format('%.0f', last)) end
if length > 0 then redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', length) end
return held
`
