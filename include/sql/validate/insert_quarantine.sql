-- Record what the gate found: open rows keep a version back, waived ones (warnings) only mark it.
-- params: version_ids bigint[], suite text, rules text[], columns text[], severities text[], states text[]
insert into quarantine.record (
    version_id, suite, rule, column_name, severity, state, state_changed_by, state_changed_at
)
select
    found.version_id,
    %(suite)s::text as suite,
    found.rule,
    found.column_name,
    found.severity,
    found.state,
    case when found.state = 'waived' then 'rule' end as state_changed_by,
    case when found.state = 'waived' then now() end as state_changed_at
from
    unnest(
        %(version_ids)s::bigint[],
        %(rules)s::text[],
        %(columns)s::text[],
        %(severities)s::text[],
        %(states)s::text[]
    ) as found (version_id, rule, column_name, severity, state)
order by found.version_id, found.rule collate "C", found.column_name collate "C"
on conflict (version_id, suite, rule, column_name) do nothing
