-- Let no turn of a budget begin for some seconds.
-- params: name text, seconds double precision
insert into hub.request_pace as pace (name, next_at)
values (%(name)s::text, clock_timestamp() + make_interval(secs => %(seconds)s::double precision))
on conflict (name) do update
    set next_at = greatest(pace.next_at, excluded.next_at)
