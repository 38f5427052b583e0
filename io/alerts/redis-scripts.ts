/*
 * KEYS, all with one hash tag, so that they are one slot of a cluster:
 * 1 `{prefix}:alerts:v1:force`       hash, subject -> `UNTIL JSON`: what is in force, and when it is forgotten at the latest.
 * 2 `{prefix}:alerts:v1:recent`      list of alerts as JSON, newest first.
 * 3 `{prefix}:alerts:v1:due`         sorted set of the ids of deliveries by the time at which they are due.
 * 4 `{prefix}:alerts:v1:deliveries`  hash, id of a delivery -> `FAILURES JSON`.
 * Times are milliseconds of the caller's clock: they only order what is seconds apart.
 */

/**
 * Takes an alert into force and queues its deliveries. ARGV: subject (empty for one that is only sent), until, what is in force, the alert,
 * now, most that wait, most that are recent, then id and delivery in turn. Returns -1 where the subject is in force, else how many
 * deliveries had to go.
 */
export const RAISE = `
local subject, now = ARGV[1], tonumber(ARGV[5])
if subject ~= '' then
  local held = redis.call('HGET', KEYS[1], subject)
  if held and tonumber(string.match(held, '^%d+')) > now then return -1 end
  redis.call('HSET', KEYS[1], subject, ARGV[2] .. ' ' .. ARGV[3])
  redis.call('LPUSH', KEYS[2], ARGV[4])
  redis.call('LTRIM', KEYS[2], 0, ARGV[7] - 1)
end
for i = 8, #ARGV, 2 do
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[i])
  redis.call('HSET', KEYS[4], ARGV[i], '0 ' .. ARGV[i + 1])
end
local dropped = math.max(0, redis.call('ZCARD', KEYS[3]) - ARGV[6])
for i = 1, dropped do
  redis.call('HDEL', KEYS[4], redis.call('ZPOPMIN', KEYS[3])[1])
end
return dropped
`

/** What is in force, as JSON; forgets what is not any more. ARGV: now. */
export const IN_FORCE = `
local all = redis.call('HGETALL', KEYS[1])
local found = {}
for i = 1, #all, 2 do
  local till, text = string.match(all[i + 1], '^(%d+) (.*)$')
  if tonumber(till) > tonumber(ARGV[1]) then found[#found + 1] = text
  else redis.call('HDEL', KEYS[1], all[i]) end
end
return found
`

/** ARGV: subject. */
export const REARM = `redis.call('HDEL', KEYS[1], ARGV[1])`

/** The recent alerts. */
export const RECENT = `return redis.call('LRANGE', KEYS[2], 0, -1)`

/** Takes deliveries that are due; they are due again when the lease is over. ARGV: now, lease, most. Returns delivery and failures in turn. */
export const TAKE = `
local ids = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
local taken = {}
for _, id in ipairs(ids) do
  local held = redis.call('HGET', KEYS[4], id)
  if held then
    redis.call('ZADD', KEYS[3], string.format('%.0f', ARGV[1] + ARGV[2]), id)
    local failures, text = string.match(held, '^(%d+) (.*)$')
    taken[#taken + 1] = text
    taken[#taken + 1] = failures
  else
    redis.call('ZREM', KEYS[3], id)
  end
end
return taken
`

/** ARGV: id. */
export const FINISH = `
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('HDEL', KEYS[4], ARGV[1])
`

/** Counts a failure. ARGV: id, when it is due again. */
export const PUT_OFF = `
local held = redis.call('HGET', KEYS[4], ARGV[1])
if held then
  local failures, text = string.match(held, '^(%d+) (.*)$')
  redis.call('HSET', KEYS[4], ARGV[1], string.format('%.0f', failures + 1) .. ' ' .. text)
  redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
end
`
