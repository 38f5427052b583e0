/**
 * The part of the scripts' beginning that reads and changes the slices of a rolling window. They stay text, in the order of their
 * ends, and `committed` is kept as their sum: a window has many, and an ordinary call has to do with the first and the last.
 */
export const SLICES = `
local SLICE = '(%d+):(%d+)'
-- The last slice has fewer characters than this: an end of 13 digits until the year 2286, an amount of up to 17.
local TAIL = 40

-- Forgets slices that have left a rolling window: each counts until its last moment is a window's length ago.
local function roll(b)
  local kept, gone = 1, 0
  for slice, amount, after in string.gmatch(b.slices, SLICE .. ',?()') do
    if slice + b.x > now then break end
    kept, gone = after, gone + amount
  end
  if kept == 1 then return end
  b.slices = string.sub(b.slices, kept)
  b.committed = int(math.max(0, b.committed - gone))
  if b.slices == '' then b.slices, b.committed = '-', '0' end
end

-- Adds to a slice that is not after the last one, or takes from it, which leaves none that is empty. Returns whether there was one.
local function changeSlice(b, slice, change)
  local texts, found, placed = {}, false, false
  local function put(at, amount)
    if amount > 0 then texts[#texts + 1] = at .. ':' .. int(amount) end
  end
  for at, amount in string.gmatch(b.slices, SLICE) do
    if at == slice then
      found, placed, amount = true, true, amount + change
    elseif not placed and tonumber(at) > tonumber(slice) then
      placed = true
      put(slice, tonumber(change))
    end
    put(at, tonumber(amount))
  end
  b.slices = texts[1] and table.concat(texts, ',') or '-'
  return found
end

-- Adds to a slice. Unless the clock went back or the window was redefined that is the last one, or comes after it.
local function addToSlice(b, slice, amount)
  local _, colon = string.find(b.slices, slice .. ':', -TAIL, true)
  -- No number where others follow.
  local before = colon and tonumber(string.sub(b.slices, colon + 1))
  if before then
    b.slices = string.sub(b.slices, 1, colon) .. int(before + amount)
    return
  end
  local last = string.match(b.slices, '^.*,(%d+)', -TAIL) or string.match(b.slices, '^%d+')
  if not last then
    b.slices = slice .. ':' .. int(amount)
  elseif tonumber(last) < tonumber(slice) then
    b.slices = b.slices .. ',' .. slice .. ':' .. int(amount)
  else
    changeSlice(b, slice, amount)
  end
end
`
