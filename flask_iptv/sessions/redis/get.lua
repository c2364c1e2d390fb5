-- Read one open session.
local now, id = tonumber(ARGV[1]), ARGV[2]
local row = load(id)
return row and is_open(row, now) and {unpack(row, ID, BYTES)}
