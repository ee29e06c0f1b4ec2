-- Take the next turns of a budget: how long to wait for the first of them; the next free turn moves on. Turns that
-- nobody took are not lost at once: the first may lie a little behind, so that the wait is negative.
-- params: name text, seconds double precision (what the turns last), behind double precision (seconds)
insert into hub.request_pace as pace (name, next_at)
values (%(name)s::text, clock_timestamp() + make_interval(secs => %(seconds)s::double precision))
on conflict (name) do update
    set
        next_at
        = greatest(pace.next_at, clock_timestamp() - make_interval(secs => %(behind)s::double precision))
        + make_interval(secs => %(seconds)s::double precision)
returning
    extract(epoch from next_at - clock_timestamp()) - %(seconds)s::double precision as wait_seconds
