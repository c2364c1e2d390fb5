-- Forget all sessions of a user.
local now, user = tonumber(ARGV[1]), ARGV[2]
for _, row in ipairs(rows_named(of_user(user))) do
  if is_open(row, now) then
    tell(row, 'dismissed', now)
    remove(row)
  else
    lapse(row)
  end
end
return answer(false)
