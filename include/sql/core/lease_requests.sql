-- Take the next turns of a budget: how long to wait for the first of them; the next free turn moves on.
-- params: name text, seconds double precision (what the turns last)
insert into hub.request_pace as pace (name, next_at)
values (%(name)s::text, clock_timestamp() + make_interval(secs => %(seconds)s::double precision))
on conflict (name) do update
    set
        next_at
        = greatest(pace.next_at, clock_timestamp())
        + make_interval(secs => %(seconds)s::double precision)
returning
    greatest(
        0,
        extract(epoch from next_at - clock_timestamp()) - %(seconds)s::double precision
    ) as wait_seconds
