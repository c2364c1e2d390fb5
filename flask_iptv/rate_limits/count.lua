-- Looks whether a key may have one more, and takes one. The same as gcra.py, for many processes.
-- KEYS: the key's mark "due wait"; who is held up and until when.
-- ARGV: now, interval, tolerance, farthest, longest wait or "", rounding, "1" to take one, who,
-- how many are known of those who are held up. Gives the seconds to wait.
local now, interval = tonumber(ARGV[1]), tonumber(ARGV[2])
local tolerance, farthest, longest = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local rounding, who = tonumber(ARGV[6]), ARGV[8]

local due, wait = now, 0
local mark = redis.call('GET', KEYS[1])
if mark then
  local told_due, told_wait = string.match(mark, '^(%S+) (%S+)$')
  -- So far ahead it can only be if the clock was set back; clocks of hosts differ by less.
  if tonumber(told_due) > now and tonumber(told_due) <= now + 2 * farthest then
    due, wait = tonumber(told_due), tonumber(told_wait)
  end
end

local left = due - now - tolerance
if left > rounding then
  redis.call('ZADD', KEYS[2], string.format('%.3f', now + left), who)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.3f', now))
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -(tonumber(ARGV[9]) + 1))
  redis.call('EXPIRE', KEYS[2], 86400)
  return string.format('%.3f', left)
end
if ARGV[7] ~= '1' then
  return '0'
end

due = due + interval
if longest and due - now - tolerance > rounding then
  wait = math.min(wait > 0 and 2 * wait or interval, longest)
  due = now + tolerance + wait
end
redis.call('SET', KEYS[1], string.format('%.3f %.3f', due, wait),
           'PX', math.max(1, math.ceil((due - now) * 1000)))
return '0'
