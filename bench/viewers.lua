-- Asks for the paths in a file, one viewer after the other but never side by side in the tables.
local requests, n, index = {}, 0, 0

function init(args)
  for path in io.lines(args[1]) do
    n = n + 1
    requests[n] = wrk.format("GET", path)
  end
  index = tonumber(args[2]) % n
end

function request()
  -- A prime, so that every viewer has a turn.
  index = (index + 7919) % n
  return requests[index + 1]
end

function done(summary, latency, requests)
  local wrong = summary.errors
  io.write(string.format(
    "MEASURED %d %d %d %d %d\n", summary.requests, summary.duration,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout,
    latency:percentile(50), latency:percentile(99)))
end
