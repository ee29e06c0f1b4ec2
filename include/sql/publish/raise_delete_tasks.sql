-- Ask a steward about records that the hub made and would delete, had the target not changed them since.
-- params: source_keys text[], golden_ids uuid[]
insert into steward.task (kind, subject, detail)
select
    'delete_in_target' as kind,
    kept.source_key as subject,
    jsonb_build_object('golden_id', kept.golden_id) as detail
from unnest(%(source_keys)s::text[], %(golden_ids)s::uuid[]) as kept (source_key, golden_id)
order by kept.source_key collate "C"
on conflict (kind, subject) do nothing
