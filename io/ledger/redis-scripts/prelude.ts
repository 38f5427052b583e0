/**
 * What every script begins with: the keys' layout, the server's clock, and reading and writing buckets and leases.
 *
 * KEYS, the same for each operation and all with one hash tag, so that a deployment is one slot of a cluster:
 * 1 `{prefix}:v1:leases`   hash, id -> `state onLost`, then per claim `bucket amount limit mode used slice resets`. States:
 *                          `o`pen, `d`ispatched, `l`ost: kept for a day, for a late settle; amount is then what was charged,
 *                          in that slice and before any further reset.
 * 2 `{prefix}:v1:buckets`  hash, name -> `committed reserved limit touched resets window slices budget`. Slices are `END:AMOUNT`, joined
 *                          by commas, `-` for none.
 * 3 `{prefix}:v1:expiry`   sorted set of the ids of open leases by the time at which they are lost.
 * 4 `{prefix}:v1:stale`    sorted set of what is to be forgotten and when: `b NAME`, `l ID`, and `c ID` of a charge, which is
 *                          all that is kept of one.
 * Windows are `c:START:END`, `r:LENGTH:SLICES` and `l`. Names are escaped by the client and hold no white space.
 *
 * ARGV 1 is always what tests add to the server's clock. Numbers are integers up to 2^53 - 1, exact in Lua's doubles; `int`
 * writes them, since tostring() would round to 14 digits.
 */
export const PRELUDE = `
local LEASES, BUCKETS, EXPIRY, STALE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local DAY = 86400000
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000) + ARGV[1]

local function int(n) return string.format('%.0f', n) end

-- Buckets this script has looked at, by name; false for one that is not stored.
local held = {}

local function blank(name, window, budget)
  local kind, x, y = string.match(window, '^(%a):?(%d*):?(%d*)$')
  return {
    name = name, window = window, budget = budget, kind = kind, x = tonumber(x), y = tonumber(y),
    committed = 0, reserved = 0, limit = 0, touched = now, resets = 0, slices = {}, isNew = true,
  }
end

-- Forgets slices that have left a rolling window: each counts until its last moment is a window's length ago.
local function roll(b)
  b.committed = 0
  for slice, amount in pairs(b.slices) do
    if slice + b.x > now then b.committed = b.committed + amount else b.slices[slice] = nil end
  end
end

local function parse(name, text)
  local committed, reserved, limit, touched, resets, window, slices, budget =
    string.match(text, '^(%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S*)$')
  local b = blank(name, window, budget)
  b.isNew = false
  b.committed, b.reserved, b.limit = tonumber(committed), tonumber(reserved), tonumber(limit)
  b.touched, b.resets = tonumber(touched), tonumber(resets)
  if b.kind == 'r' then
    for slice, amount in string.gmatch(slices, '(%d+):(%d+)') do b.slices[tonumber(slice)] = tonumber(amount) end
    roll(b)
  end
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
    b.committed, b.slices = before.committed, before.slices
    if b.kind == 'r' then roll(b) end
  else
    b.resets = b.resets + 1
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
  b.committed = b.committed + amount
  if b.kind ~= 'r' then return 0 end
  local size = b.x / b.y
  local slice = math.ceil((math.floor(now / size) + 1) * size)
  if amount > 0 then b.slices[slice] = (b.slices[slice] or 0) + amount end
  return slice
end

-- Takes back what a lost lease was charged, if it is still there.
local function uncommit(b, amount, slice, resets)
  if resets ~= b.resets then return end
  b.changed = true
  if b.kind == 'r' then
    if not b.slices[slice] then return end
    b.slices[slice] = b.slices[slice] - amount
  end
  b.committed = b.committed - amount
end

local function hold(b, amount)
  b.changed = true
  b.reserved = math.max(0, b.reserved + amount)
end

-- Writes back the buckets that changed. None is forgotten while it holds something or within two days of its last change.
local function save()
  for name, b in pairs(held) do
    if b and b.changed then
      local slices = {}
      for slice, amount in pairs(b.slices) do
        if amount > 0 then slices[#slices + 1] = int(slice) .. ':' .. int(amount) end
      end
      local text = table.concat({
        int(b.committed), int(b.reserved), int(b.limit), int(now), int(b.resets), b.window,
        slices[1] and table.concat(slices, ',') or '-', b.budget,
      }, ' ')
      redis.call('HSET', BUCKETS, name, text)
      if b.isNew then redis.call('ZADD', STALE, int((b.kind == 'c' and math.max(b.y, now) or now) + 2 * DAY), 'b ' .. name) end
      b.changed, b.isNew, b.touched = false, false, now
    end
  end
end

local function readLease(id)
  local text = redis.call('HGET', LEASES, id)
  if not text then return nil end
  local words = {}
  for word in string.gmatch(text, '%S+') do words[#words + 1] = word end
  local lease = { state = words[1], onLost = words[2], claims = {} }
  for i = 3, #words, 7 do
    lease.claims[#lease.claims + 1] = {
      bucket = words[i], amount = tonumber(words[i + 1]), limit = tonumber(words[i + 2]), mode = words[i + 3],
      used = tonumber(words[i + 4]), slice = tonumber(words[i + 5]), resets = tonumber(words[i + 6]),
    }
  end
  return lease
end

local function leaseText(lease)
  local words = { lease.state, lease.onLost }
  for _, c in ipairs(lease.claims) do
    words[#words + 1] = table.concat({
      c.bucket, int(c.amount), int(c.limit), c.mode, c.used and int(c.used) or '-', int(c.slice or 0),
      int(c.resets or 0),
    }, ' ')
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
    c.amount = charges and (c.used or c.amount) or 0
    c.slice, c.resets = commit(b, c.amount), b.resets
  end
  lease.state = 'l'
  redis.call('HSET', LEASES, id, leaseText(lease))
  redis.call('ZADD', STALE, int(now + DAY), 'l ' .. id)
end

-- Closes every lease that is over, in batches, however many they are: a check must not see what they held.
local function closeLost()
  repeat
    local due = redis.call('ZRANGEBYSCORE', EXPIRY, '-inf', int(now), 'LIMIT', 0, 100)
    for _, id in ipairs(due) do lose(id) end
  until #due < 100
end

-- The lease if it is open. One that is over is closed now, as if somebody had looked in time.
local function openLease(id)
  local lease = readLease(id)
  if not lease or lease.state == 'l' then return nil end
  local expiry = redis.call('ZSCORE', EXPIRY, id)
  if expiry and tonumber(expiry) > now then return lease end
  lose(id)
  save()
  return nil
end

-- Forgets a few of the things that are stale; called where nobody waits for the answer.
local function sweep()
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', STALE, '-inf', int(now), 'LIMIT', 0, 10)) do
    local kind, name = string.sub(member, 1, 1), string.sub(member, 3)
    local later
    if kind == 'l' then redis.call('HDEL', LEASES, name) end
    if kind == 'b' then
      local b = load(name)
      if b and b.touched + 2 * DAY > now then
        later = b.touched + 2 * DAY
      elseif b and (b.reserved > 0 or (b.kind ~= 'c' and b.committed > 0)) then
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
      bucket = ARGV[i], budget = ARGV[i + 1], window = ARGV[i + 2], amount = tonumber(ARGV[i + 3]),
      limit = tonumber(ARGV[i + 4]), mode = ARGV[i + 5],
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
    excess[i] = b.committed + b.reserved + wanted[c.bucket] - c.limit
    if c.mode == 'h' and excess[i] > 0 then indices[#indices + 1] = int(i - 1) end
  end
  return indices, excess
end

-- Milliseconds until something leaves; with an excess until that much has left, where what is committed is enough for it.
local function freesIn(b, excess)
  if b.kind == 'c' then return int(math.max(0, b.y - now)) end
  if b.kind == 'l' then return '-' end
  local ends = {}
  for slice, amount in pairs(b.slices) do
    if amount > 0 then ends[#ends + 1] = slice end
  end
  if #ends == 0 then return '-' end
  table.sort(ends)
  local gone = 0
  for _, slice in ipairs(ends) do
    gone = gone + b.slices[slice]
    if gone >= (excess or 0) then return int(slice + b.x - now) end
  end
  return int(ends[1] + b.x - now)
end

local function state(b, limit, excess)
  return table.concat({ int(b.committed), int(b.reserved), int(limit), freesIn(b, excess) }, ' ')
end

local function states(claims, excess)
  local words = {}
  for i, c in ipairs(claims) do words[i] = state(held[c.bucket], c.limit, excess and excess[i]) end
  return table.concat(words, ' ')
end
`
