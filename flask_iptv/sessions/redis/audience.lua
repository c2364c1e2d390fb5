-- Count the users who watch, then the open sessions of each channel: its id and their number by turns.
local found, users, channels = {0}, {}, {}
for _, id in ipairs(call('ZRANGEBYSCORE', LIVE, '(' .. ARGV[1], '+inf')) do
  local row = load(id)
  if row then
    local user, channel = row[USER], row[CHANNEL]
    if user ~= '' and not users[user] then
      users[user] = true
      found[1] = found[1] + 1
    end
    channels[channel] = (channels[channel] or 0) + 1
  end
end
for channel, count in pairs(channels) do
  table.insert(found, channel)
  table.insert(found, count)
end
return found
