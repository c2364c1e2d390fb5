-- Cut all but the first sessions of a user.
local now, user, count = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
for at, row in ipairs(open_of(user, now)) do
  if at > count then cut(row, 'too_many_sessions', now) end
end
return answer(false)
