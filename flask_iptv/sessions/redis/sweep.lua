-- Forget what nobody has heard of for the length of its lease, so many at most.
sweep(tonumber(ARGV[1]), ARGV[2])
is_kept = true
return answer(false)
