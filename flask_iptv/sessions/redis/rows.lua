-- What all scripts share: the keys of one shard, and its rows.
--
-- Times are microseconds since 1970, always the caller's. A text is '' where there is none, else
-- '+' and the text, so that an empty one differs from none. All keys of a call have one hash tag.
local DEVICES = KEYS[1] -- hash: device -> id
local ROWS = KEYS[2]    -- hash: id -> packed row
local LIVE = KEYS[3]    -- sorted set: ids of sessions that may go on, by the end of their lease
local CUT = KEYS[4]     -- sorted set: ids of sessions that were cut, by when they are forgotten
local OPENED = KEYS[5]  -- sorted set: the ids in LIVE, by when they were opened
local NAMES = KEYS[6]   -- sorted set of score 0: 'u7:', 'c7:', 's7:…\0' and 'i:', each with an id
local LAST = KEYS[7]    -- the number of the last id given

local ID, USER, CHANNEL, ADDRESS, AGENT, PROTOCOL, SESSION = 1, 2, 3, 4, 5, 6, 7
local OPENED_AT, SEEN_AT, EXPIRES_AT, BYTES = 8, 9, 10, 11
local DEVICE, REASON, PREVIOUS, SERVER_BYTES = 12, 13, 14, 15

-- Everything is gone a week after the last process of the site has swept.
local KEPT_SECONDS = 604800
local is_kept = false

local call = redis.call
local ended = {}

local function load(id)
  local packed = call('HGET', ROWS, id)
  return packed and cmsgpack.unpack(packed)
end

local function save(row)
  call('HSET', ROWS, row[ID], cmsgpack.pack(row))
end

-- Ids are of 16 digits, so that they are in order as texts too.
local function ids_named(name)
  local ids = call('ZRANGEBYLEX', NAMES, '[' .. name, '(' .. name .. ':')
  for at, member in ipairs(ids) do ids[at] = member:sub(-16) end
  return ids
end

-- Rows may be missing if a server short of memory has thrown them away.
local function rows_named(name)
  local rows = {}
  for _, id in ipairs(ids_named(name)) do
    local row = load(id)
    if row then table.insert(rows, row) end
  end
  return rows
end

local function of_user(user) return 'u' .. user .. ':' end

local function of_session(user, session) return 's' .. user .. ':' .. session .. '\0' end

local function names(row)
  local found = {}
  if row[REASON] == '' then
    found = {0, 'i:' .. row[ID], 0, 'c' .. row[CHANNEL] .. ':' .. row[ID]}
  end
  if row[USER] ~= '' then
    table.insert(found, 0)
    table.insert(found, of_user(row[USER]) .. row[ID])
    if row[SESSION] ~= '' then
      table.insert(found, 0)
      table.insert(found, of_session(row[USER], row[SESSION]) .. row[ID])
    end
  end
  return found
end

local function insert(row)
  save(row)
  call('HSET', DEVICES, row[DEVICE], row[ID])
  if row[REASON] == '' then
    call('ZADD', LIVE, row[EXPIRES_AT], row[ID])
    call('ZADD', OPENED, row[OPENED_AT], row[ID])
  else
    call('ZADD', CUT, row[EXPIRES_AT], row[ID])
  end
  -- The first one has made the key, and perhaps the others too.
  if call('ZCARD', row[REASON] == '' and LIVE or CUT) == 1 then is_kept = true end
  local found = names(row)
  if #found > 0 then call('ZADD', NAMES, unpack(found)) end
end

local function remove(row)
  call('HDEL', DEVICES, row[DEVICE])
  call('HDEL', ROWS, row[ID])
  call('ZREM', row[REASON] == '' and LIVE or CUT, row[ID])
  call('ZREM', OPENED, row[ID])
  for at, name in ipairs(names(row)) do
    if at % 2 == 0 then call('ZREM', NAMES, name) end
  end
end

-- Give back what ended to the caller, who alone takes it to the history.
local function tell(row, ending, at)
  table.insert(ended, {
    row[USER], row[CHANNEL], row[ADDRESS], row[AGENT], row[PROTOCOL],
    row[OPENED_AT], at, ending, row[BYTES], row[SESSION],
  })
end

local function answer(value)
  if is_kept then
    for _, key in ipairs(KEYS) do call('EXPIRE', key, KEPT_SECONDS) end
  end
  if #ended == 0 then return value end
  table.insert(ended, 1, value)
  return ended
end

local function lapse(row)
  if row[REASON] == '' then tell(row, 'silent', row[SEEN_AT]) end
  remove(row)
end

local function is_open(row, now) return row[REASON] == '' and row[EXPIRES_AT] > now end

local function cut(row, reason, now)
  tell(row, 'cut', now)
  remove(row)
  row[REASON] = reason
  insert(row)
end

local function count_bytes(row, told)
  if not told then return end
  -- Nothing to count from: the session had the slot before, and that much is counted.
  local before = row[SERVER_BYTES] or told
  row[BYTES] = (row[BYTES] or 0) + math.max(0, told - before)
  row[SERVER_BYTES] = told
end

local function is_older(one, other)
  if one[OPENED_AT] ~= other[OPENED_AT] then return one[OPENED_AT] < other[OPENED_AT] end
  return one[ID] < other[ID]
end

-- The user's open sessions, the oldest first.
local function open_of(user, now)
  local found = {}
  for _, row in ipairs(rows_named(of_user(user))) do
    if is_open(row, now) then table.insert(found, row) end
  end
  table.sort(found, is_older)
  return found
end

local function sweep(now, count)
  for _, key in ipairs({LIVE, CUT}) do
    for _, id in ipairs(call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, count)) do
      local row = load(id)
      if row then
        lapse(row)
      else
        call('ZREM', key, id)
        call('ZREM', OPENED, id)
      end
    end
  end
end
