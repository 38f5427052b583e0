import { SLICES } from './slices.js'

/**
 * What every script begins with: the keys' layout, the server's clock, and reading and writing buckets and leases.
 *
 * KEYS, the same for each operation and all with one hash tag, so that a deployment is one slot of a cluster:
 * 1 `{prefix}:v1:leases`   hash, id -> `state onLost`, then per claim `bucket amount limit mode used slice resets`. States:
 *                          `o`pen, `d`ispatched, `l`ost: kept for a day, for a late settle; amount is then what was charged,
 *                          in that slice and before any further reset.
 * 2 `{prefix}:v1:buckets`  hash, name -> `committed reserved limit touched resets window slices budget`. Slices are `END:AMOUNT` in
 *                          the order of their ends, joined by commas, `-` for none; what a rolling window has committed is their sum.
 *                          Where the limit is raised, ` raised till` follows: by how much and until when, `-` for good.
 * 3 `{prefix}:v1:expiry`   sorted set of the ids of open leases by the time at which they are lost.
 * 4 `{prefix}:v1:stale`    sorted set of what is to be forgotten and when: `b NAME`, `l ID`, and `c ID` of a charge, which is
 *                          all that is kept of one.
 * Windows are `c:START:END`, `r:LENGTH:SLICES` and `l`. Names are escaped by the client and hold no white space.
 *
 * ARGV 1 is always what tests add to the server's clock. Numbers are integers up to 2^53 - 1, exact in Lua's doubles; `int`
 * writes them, since tostring() would round to 14 digits. That is slow, so buckets and leases hold them as text, the
 * way they are stored and ARGV has them: arithmetic takes it as it is, a comparison wants a number.
 */
export const PRELUDE = `
local LEASES, BUCKETS, EXPIRY, STALE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local DAY = 86400000
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000) + ARGV[1]

local function int(n) return string.format('%.0f', n) end
local time = int(now)
${SLICES}
-- What was parsed of windows, by their text: several buckets of a call have the same one.
local windows = {}

local function windowOf(text)
  local window = windows[text]
  if not window then
    local kind, x, y = string.match(text, '^(%a):?(%d*):?(%d*)$')
    window = { kind = kind, x = tonumber(x), y = tonumber(y) }
    windows[text] = window
  end
  return window
end

-- Buckets this script has looked at, by name; false for one that is not stored.
local held = {}

local function blank(name, window, budget)
  local w = windowOf(window)
  return {
    name = name, window = window, budget = budget, kind = w.kind, x = w.x, y = w.y,
    committed = '0', reserved = '0', limit = '0', touched = time, resets = '0', slices = '-', raised = '0', till = '-', isNew = true,
  }
end

local function parse(name, text)
  local committed, reserved, limit, touched, resets, window, at =
    string.match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) ()')
  -- A pattern would look at every character of the slices, and there may be many.
  local space = string.find(text, ' ', at, true)
  local raised, till = '0', '-'
  local gap = string.find(text, ' ', space + 1, true)
  if gap then
    raised, till = string.match(text, '^(%S+) (%S+)$', gap + 1)
    if till ~= '-' and tonumber(till) <= now then raised, till = '0', '-' end
  end
  local w = windowOf(window)
  local b = {
    name = name, window = window, budget = string.sub(text, space + 1, gap and gap - 1), kind = w.kind, x = w.x, y = w.y,
    committed = committed, reserved = reserved, limit = limit, touched = touched, resets = resets,
    slices = string.sub(text, at, space - 1), raised = raised, till = till, isNew = false,
  }
  if b.kind == 'r' then roll(b) end
  return b
end

local function load(name)
  if held[name] == nil then
    local text = redis.call('HGET', BUCKETS, name)
    held[name] = text and parse(name, text)
  end
  return held[name]
end

-- A bucket whose window was changed in the configuration: one of the same kind keeps what is committed.
local function redefine(before, b)
  if not before then return b end
  b.reserved, b.limit, b.resets, b.isNew, b.changed = before.reserved, before.limit, before.resets, before.isNew, true
  if b.kind == before.kind then
    b.committed, b.slices, b.raised, b.till = before.committed, before.slices, before.raised, before.till
    if b.kind == 'r' then roll(b) end
  else
    b.resets = int(b.resets + 1)
  end
  return b
end

-- Loads the buckets of claims in one command and makes those that are new.
local function loadAll(claims)
  local names = {}
  for _, claim in ipairs(claims) do
    if held[claim.bucket] == nil then
      held[claim.bucket] = false
      names[#names + 1] = claim.bucket
    end
  end
  if #names > 0 then
    local texts = redis.call('HMGET', BUCKETS, unpack(names))
    for i, name in ipairs(names) do held[name] = texts[i] and parse(name, texts[i]) end
  end
  for _, claim in ipairs(claims) do
    local b = held[claim.bucket]
    if claim.window and (not b or b.window ~= claim.window) then
      held[claim.bucket] = redefine(b, blank(claim.bucket, claim.window, claim.budget))
    end
  end
end

-- Adds to what is committed, in the slice of now. Returns that slice by its end, 0 where there are none.
local function commit(b, amount)
  b.changed = true
  b.committed = int(b.committed + amount)
  if b.kind ~= 'r' then return '0' end
  local size = b.x / b.y
  local slice = int(math.ceil((math.floor(now / size) + 1) * size))
  if tonumber(amount) > 0 then addToSlice(b, slice, amount) end
  return slice
end

-- Takes back what a lost lease was charged, if it is still there.
local function uncommit(b, amount, slice, resets)
  if resets ~= b.resets then return end
  if b.kind == 'r' and not changeSlice(b, slice, -amount) then return end
  b.changed = true
  b.committed = int(b.committed - amount)
end

local function hold(b, amount)
  b.changed = true
  b.reserved = int(math.max(0, b.reserved + amount))
end

-- Writes back the buckets that changed. None is forgotten while it holds something or within two days of its last change.
local function save()
  local fields = {}
  for name, b in pairs(held) do
    if b and b.changed then
      fields[#fields + 1] = name
      fields[#fields + 1] = b.committed .. ' ' .. b.reserved .. ' ' .. b.limit .. ' ' .. time .. ' ' .. b.resets .. ' '
        .. b.window .. ' ' .. b.slices .. ' ' .. b.budget .. (b.raised == '0' and '' or ' ' .. b.raised .. ' ' .. b.till)
      if b.isNew then redis.call('ZADD', STALE, int((b.kind == 'c' and math.max(b.y, now) or now) + 2 * DAY), 'b ' .. name) end
      b.changed, b.isNew, b.touched = false, false, time
    end
    -- Many leases may have been lost at once, and unpack() takes only so many.
    if #fields == 1000 then
      redis.call('HSET', BUCKETS, unpack(fields))
      fields = {}
    end
  end
  if #fields > 0 then redis.call('HSET', BUCKETS, unpack(fields)) end
end

local function parseLease(text)
  local lease = { state = string.sub(text, 1, 1), onLost = string.sub(text, 3, 3), claims = {} }
  local claims = string.gmatch(string.sub(text, 5), '(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)')
  for bucket, amount, limit, mode, used, slice, resets in claims do
    lease.claims[#lease.claims + 1] = {
      bucket = bucket, amount = amount, limit = limit, mode = mode, used = used, slice = slice, resets = resets,
    }
  end
  return lease
end

local function readLease(id)
  local text = redis.call('HGET', LEASES, id)
  return text and parseLease(text)
end

-- The claims may be those of ARGV, for which nothing has been used yet.
local function leaseText(lease)
  local words = { lease.state, lease.onLost }
  for i, c in ipairs(lease.claims) do
    words[i + 2] = c.bucket .. ' ' .. c.amount .. ' ' .. c.limit .. ' ' .. c.mode .. ' ' .. (c.used or '-') .. ' '
      .. (c.slice or '0') .. ' ' .. (c.resets or '0')
  end
  return table.concat(words, ' ')
end

local function lose(id)
  redis.call('ZREM', EXPIRY, id)
  local lease = readLease(id)
  if not lease then return end
  loadAll(lease.claims)
  local charges = lease.state == 'd' and lease.onLost == 'c'
  for _, c in ipairs(lease.claims) do
    local b = held[c.bucket]
    hold(b, -c.amount)
    if not charges then c.amount = '0' elseif c.used ~= '-' then c.amount = c.used end
    c.slice, c.resets = commit(b, c.amount), b.resets
  end
  lease.state = 'l'
  redis.call('HSET', LEASES, id, leaseText(lease))
  redis.call('ZADD', STALE, int(now + DAY), 'l ' .. id)
end

-- Closes every lease that is over, in batches, however many they are: a check must not see what they held.
local function closeLost()
  repeat
    local due = redis.call('ZRANGEBYSCORE', EXPIRY, '-inf', time, 'LIMIT', 0, 100)
    for _, id in ipairs(due) do lose(id) end
  until #due < 100
end

-- The text of a lease if it is open. One that is over is closed now, as if somebody had looked in time.
local function openLease(id)
  local text = redis.call('HGET', LEASES, id)
  if not text or string.sub(text, 1, 1) == 'l' then return nil end
  local expiry = redis.call('ZSCORE', EXPIRY, id)
  if expiry and tonumber(expiry) > now then return text end
  lose(id)
  save()
  return nil
end

-- Forgets a few of the things that are stale; called where nobody waits for the answer.
local function sweep()
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', STALE, '-inf', time, 'LIMIT', 0, 10)) do
    local kind, name = string.sub(member, 1, 1), string.sub(member, 3)
    local later
    if kind == 'l' then redis.call('HDEL', LEASES, name) end
    if kind == 'b' then
      local b = load(name)
      if b and b.touched + 2 * DAY > now then
        later = b.touched + 2 * DAY
      elseif b and (tonumber(b.reserved) > 0 or (b.kind ~= 'c' and tonumber(b.committed) + b.raised > 0)) then
        later = now + DAY
      else
        redis.call('HDEL', BUCKETS, name)
        held[name] = nil
      end
    end
    if later then redis.call('ZADD', STALE, int(later), member) else redis.call('ZREM', STALE, member) end
  end
end

-- The claims of ARGV from an index on: bucket budget window amount limit mode.
local function claimsFrom(first)
  local claims = {}
  for i = first, #ARGV, 6 do
    claims[#claims + 1] = {
      bucket = ARGV[i], budget = ARGV[i + 1], window = ARGV[i + 2], amount = ARGV[i + 3],
      limit = ARGV[i + 4], mode = ARGV[i + 5],
    }
  end
  return claims
end

-- The claims that do not fit, as indices from 0, and for every claim how much would have to leave. Claims of one bucket add up.
-- A sum above 2^53 is rounded, but never to below a limit.
local function refusing(claims)
  local wanted, indices, excess = {}, {}, {}
  for _, c in ipairs(claims) do wanted[c.bucket] = (wanted[c.bucket] or 0) + c.amount end
  for i, c in ipairs(claims) do
    local b = held[c.bucket]
    excess[i] = b.committed + b.reserved + wanted[c.bucket] - c.limit - b.raised
    if c.mode == 'h' and excess[i] > 0 then indices[#indices + 1] = i - 1 end
  end
  return indices, excess
end

-- Milliseconds until something leaves; with an excess until that much has left, where what is committed is enough for it.
local function freesIn(b, excess)
  if b.kind == 'c' then return int(math.max(0, b.y - now)) end
  if b.kind == 'l' then return '-' end
  local first, gone = nil, 0
  for slice, amount in string.gmatch(b.slices, SLICE) do
    gone = gone + amount
    if gone >= (excess or 0) then return int(slice + b.x - now) end
    first = first or slice
  end
  return first and int(first + b.x - now) or '-'
end

local function state(b, limit, excess)
  local most = b.raised == '0' and limit or int(limit + b.raised)
  return b.committed .. ' ' .. b.reserved .. ' ' .. most .. ' ' .. b.raised .. ' ' .. freesIn(b, excess)
end

local function states(claims, excess)
  local words = {}
  for i, c in ipairs(claims) do words[i] = state(held[c.bucket], c.limit, excess and excess[i]) end
  return table.concat(words, ' ')
end
`
