-- Raise a task for each native field that nobody mapped; a task that is there already is left alone.
-- params: subjects text[], details jsonb[]
insert into steward.task (kind, subject, detail)
select
    'unknown_field' as kind,
    found.subject,
    found.detail
from unnest(%(subjects)s::text[], %(details)s::jsonb[]) as found (subject, detail)
order by found.subject collate "C"
on conflict (kind, subject) do nothing
