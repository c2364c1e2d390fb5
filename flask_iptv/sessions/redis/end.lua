-- Free a device's slot, if the session that ends is the one that holds it.
local now, device, user, session = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local told = tonumber(ARGV[5])

local function finish(row)
  if row[REASON] ~= '' then return remove(row) end
  count_bytes(row, told)
  remove(row)
  if session ~= '' and row[SESSION] == session and row[PREVIOUS] ~= '' then
    -- A player's second, short connection is over; the first still plays.
    row[SESSION], row[PREVIOUS], row[SERVER_BYTES] = row[PREVIOUS], '', false
    return insert(row)
  end
  tell(row, 'closed', now)
end

local id = call('HGET', DEVICES, device)
local own = id and load(id)
if own then
  if own[EXPIRES_AT] <= now then
    lapse(own)
  elseif session ~= '' and own[PREVIOUS] == session then
    own[PREVIOUS] = ''
    save(own)
    return answer(false)
  elseif session == '' or own[SESSION] == session or own[SESSION] == '' then
    finish(own)
    return answer(false)
  end
end
if user ~= '' and session ~= '' then
  -- The viewer's address may have changed since.
  for _, row in ipairs(rows_named(of_session(user, session))) do
    if row[DEVICE] ~= device and row[SESSION] == session and row[EXPIRES_AT] > now then
      finish(row)
    end
  end
end
return answer(false)
