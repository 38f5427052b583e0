/**
 * Scripts over the one key of a deployment's virtual keys:
 * KEYS 1 `{prefix}:v1:keys`  hash, id -> `VERSION JSON`, the record and its version; and `at` -> what tells one state of the hash
 *                            from every other, another one with each change, also when Redis has lost what it held.
 */

/** ARGV: the `at` that the caller knows. Returns `at` alone where it is that one, else `at` and all fields and values. */
export const READ_KEYS = `
local at = redis.call('HGET', KEYS[1], 'at') or ''
if at == ARGV[1] then return { at } end
return { at, redis.call('HGETALL', KEYS[1]) }
`

/**
 * ARGV: id, the version that must be there (0: none), the new `VERSION JSON` (empty: forget it), the channel to tell. Returns 1, or 0
 * where another version is there.
 */
export const CHANGE_KEY = `
local before = redis.call('HGET', KEYS[1], ARGV[1])
local version = before and string.match(before, '^%d+') or '0'
if version ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
local changes = string.match(redis.call('HGET', KEYS[1], 'at') or '0', '^%d+')
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'at', string.format('%.0f', changes + 1) .. ' ' .. time[1] .. '.' .. time[2])
redis.call('PUBLISH', ARGV[4], '')
return 1
`
