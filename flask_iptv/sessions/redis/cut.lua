-- Cut one session: answers 1 if it was open.
local now, id = tonumber(ARGV[1]), ARGV[2]
local row = load(id)
if not row or not is_open(row, now) then return false end
cut(row, 'session_cut', now)
return answer(1)
