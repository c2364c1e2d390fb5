-- Give a device a slot, or keep the one it has: answers nothing, or the reason of the refusal.
local now, device, user, channel, event = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local address, agent, protocol, session = ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local limit, replace = tonumber(ARGV[10]), ARGV[11] == '1'
local expires_at, told_until, told = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14])

local function next_id()
  -- From the clock, so that an id is not given again after the server has lost everything.
  local last = math.max(tonumber(call('GET', LAST) or 0) + 1, math.floor(now / 1000))
  call('SET', LAST, last)
  return string.format('%016.0f', last * 64 + tonumber(KEYS[1]:match('{(%d+)}')))
end

-- A phone that moved from Wi-Fi to the mobile network: another address, the same session. Two
-- servers may count their sessions alike, so the channel must be the same too.
local function moved()
  local found
  for _, row in ipairs(rows_named(of_session(user, session))) do
    if row[SESSION] == session and row[CHANNEL] == channel and row[EXPIRES_AT] > now then
      if not found or found[REASON] ~= '' and row[REASON] == '' then found = row end
    end
  end
  return found
end

local function watch(row)
  row[DEVICE], row[ADDRESS], row[AGENT] = device, address, agent
  row[CHANNEL], row[PROTOCOL] = channel, protocol
  if row[SESSION] ~= session then
    row[SESSION], row[SERVER_BYTES] = session, 0
  elseif event == 'update' then
    -- It goes on, so it was a reconnection: the session before is dead.
    row[PREVIOUS] = ''
  end
  if row[PREVIOUS] == session then row[PREVIOUS] = '' end
  count_bytes(row, told)
  row[SEEN_AT], row[EXPIRES_AT] = now, expires_at
end

local function go_on(row)
  local same_session = row[SESSION] == session
  if event == 'update' and not same_session then
    -- Of a session that the device zapped away from: no reason to show that one as being watched.
    row[SEEN_AT], row[EXPIRES_AT] = now, expires_at
  elseif same_session and row[CHANNEL] == channel and row[DEVICE] == device then
    watch(row)
  else
    remove(row)
    if row[CHANNEL] ~= channel then
      tell(row, 'zapped', now)
      row[OPENED_AT], row[BYTES], row[PREVIOUS] = now, false, ''
    elseif event == 'open' and session ~= '' and row[SESSION] ~= '' and not same_session then
      row[PREVIOUS] = row[SESSION]
    end
    watch(row)
    return insert(row)
  end
  save(row)
  call('ZADD', LIVE, expires_at, row[ID])
end

local function claim(row)
  if limit and user ~= '' then
    local open = open_of(user, now)
    if #open >= limit then
      -- An update is no reason to take a slot from somebody who came later.
      if not replace or event == 'update' then return 'too_many_sessions' end
      for at = 1, math.min(#open, #open - limit + 1) do cut(open[at], 'too_many_sessions', now) end
    end
  end
  if row then remove(row) end
  local fresh = {
    next_id(), user, channel, address, agent, protocol, session,
    now, now, expires_at, false, device, '', '', 0,
  }
  count_bytes(fresh, told)
  insert(fresh)
  sweep(now, 10)
  return false
end

local id = call('HGET', DEVICES, device)
local own = id and load(id)
if own and own[EXPIRES_AT] <= now then
  lapse(own)
  own = false
end
if not own and event == 'update' and user ~= '' and session ~= '' then own = moved() end
if not own then return answer(claim()) end
if own[REASON] == '' then
  go_on(own)
  return answer(false)
end
if event == 'open' and session ~= '' and session ~= own[SESSION] then return answer(claim(own)) end
own[EXPIRES_AT] = math.min(own[EXPIRES_AT], told_until)
save(own)
call('ZADD', CUT, own[EXPIRES_AT], own[ID])
return answer(own[REASON])
