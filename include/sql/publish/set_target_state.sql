-- Say whether a target may be written to.
-- params: channel text, state text, author text
insert into publish.target (channel, state, changed_by)
values (%(channel)s::text, %(state)s::text, %(author)s::text)
on conflict (channel) do update set
    state = excluded.state,
    changed_by = excluded.changed_by,
    changed_at = now()
