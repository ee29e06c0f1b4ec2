-- Which of these source keys the hub has anything of: a landed version, or a write of its own.
-- params: source_keys text[]
select incoming.source_key
from unnest(%(source_keys)s::text[]) as incoming (source_key)
where
    exists (
        select 1 from landing.version as landed
        where landed.source_key = incoming.source_key
    )
    or exists (
        select 1 from publish.echo as echo
        where echo.source_key = incoming.source_key
    )
