-- Read a page of the open sessions of one name, in order.
local now, name, channel = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local by_time, reverse = ARGV[4] == 'opened_at', ARGV[5] == '1'
local after, after_id, size = tonumber(ARGV[6]), ARGV[7], tonumber(ARGV[8])

local function is_wanted(row)
  if not row or not is_open(row, now) or channel ~= '' and row[CHANNEL] ~= channel then return false end
  if not after then return true end
  if by_time and row[OPENED_AT] ~= after then return (row[OPENED_AT] > after) ~= reverse end
  return row[ID] ~= after_id and (row[ID] > after_id) ~= reverse
end

local function by_id(offset)
  local first = after and '(' .. name .. after_id or '[' .. name
  if not reverse then
    return call('ZRANGEBYLEX', NAMES, first, '(' .. name .. ':', 'LIMIT', offset, size)
  end
  local last = after and first or '(' .. name .. ':'
  return call('ZREVRANGEBYLEX', NAMES, last, '[' .. name, 'LIMIT', offset, size)
end

local function by_opening(offset)
  if reverse then
    return call('ZREVRANGEBYSCORE', OPENED, after or '+inf', '-inf', 'LIMIT', offset, size)
  end
  return call('ZRANGEBYSCORE', OPENED, after or '-inf', '+inf', 'LIMIT', offset, size)
end

local found = {}
if by_time and name ~= 'i:' then
  for _, row in ipairs(rows_named(name)) do
    if is_wanted(row) then table.insert(found, row) end
  end
  table.sort(found, function(one, other)
    if reverse then one, other = other, one end
    return is_older(one, other)
  end)
else
  local read = by_time and by_opening or by_id
  local offset = 0
  repeat
    local members = read(offset)
    for _, member in ipairs(members) do
      local row = load(member:sub(-16))
      if is_wanted(row) then table.insert(found, row) end
    end
    offset = offset + size
  until #members < size or #found >= size
end

local page = {}
for at = 1, math.min(size, #found) do page[at] = {unpack(found[at], ID, BYTES)} end
return page
