/*
 * KEYS, all with one hash tag, so that they are one slot of a cluster:
 * 1 `{prefix}:spend:v1:positions`  hash, source -> `seq` of its last row that is counted.
 * 2 `{prefix}:spend:v1:hours`      what the names of the hours' hashes begin with; each is this, a colon and the hour's number since the
 *                                  epoch. Fields: a place (JSON, beginning with `[`) -> its number within the hour; `n` -> how many there
 *                                  are; `NUMBER:MEASURE` -> an amount. Amounts only ever pass as text and go through HINCRBY, which
 *                                  counts in 64 bits.
 */

/**
 * Adds a batch, if its source is where the client believes. ARGV: source, position before, position after, then for each cell: hour,
 * place, how many amounts, and as often measure and amount. Returns the position that it found: the one before where it has added.
 */
export const SPEND_ADD = `
local KEPT = 400 * 86400
local before = redis.call('HGET', KEYS[1], ARGV[1]) or '0'
if tonumber(before) ~= tonumber(ARGV[2]) then return before end
local i = 4
while i <= #ARGV do
  local hour, place, count = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local key = KEYS[2] .. ':' .. hour
  local number = redis.call('HGET', key, place)
  if not number then
    number = redis.call('HINCRBY', key, 'n', 1)
    redis.call('HSET', key, place, number)
    redis.call('EXPIREAT', key, string.format('%.0f', hour * 3600 + KEPT))
  end
  for j = 1, count do
    redis.call('HINCRBY', key, number .. ':' .. ARGV[i + 1 + 2 * j], ARGV[i + 2 + 2 * j])
  end
  i = i + 3 + 2 * count
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return before
`

/** ARGV: source. Returns its position. */
export const SPEND_POSITION = `return redis.call('HGET', KEYS[1], ARGV[1]) or '0'`

/** ARGV: hours. Returns the hash of each, fields and values in turn. */
export const SPEND_READ = `
local all = {}
for i, hour in ipairs(ARGV) do all[i] = redis.call('HGETALL', KEYS[2] .. ':' .. hour) end
return all
`
