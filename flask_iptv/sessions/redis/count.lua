-- Count the open sessions of each name, or of the whole shard if none is given.
local now, channel = tonumber(ARGV[1]), ARGV[2]
if #ARGV == 2 then return {call('ZCOUNT', LIVE, '(' .. ARGV[1], '+inf')} end
local counts = {}
for at = 3, #ARGV do
  local count = 0
  for _, id in ipairs(ids_named(ARGV[at])) do
    local expires_at = call('ZSCORE', LIVE, id)
    if expires_at and tonumber(expires_at) > now then
      local row = channel ~= '' and load(id)
      if channel == '' or row and row[CHANNEL] == channel then count = count + 1 end
    end
  end
  table.insert(counts, count)
end
return counts
