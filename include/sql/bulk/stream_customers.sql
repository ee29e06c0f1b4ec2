-- The golden customers as the hub had them at a moment, in the order of their ids.
-- params: as_of timestamptz, equal jsonb (clear values), channel text (null: of any),
-- changed_since timestamptz (null: whenever)
select
    golden.golden_id,
    golden.recorded_from,
    golden.clear_values,
    golden.sealed_pointers,
    golden.children,
    golden.member_keys,
    golden.decision_ids
from master.customer_version as golden
where
    golden.entity = 'customer'
    and golden.op <> 'removed'
    and golden.recorded_from <= %(as_of)s::timestamptz
    and (golden.recorded_to is null or golden.recorded_to > %(as_of)s::timestamptz)
    and golden.clear_values @> %(equal)s::jsonb
    and (
        %(channel)s::text is null
        or exists (
            select 1
            from unnest(golden.member_keys) as member (source_key)
            where split_part(member.source_key, '/', 1) = %(channel)s::text
        )
    )
    and (
        %(changed_since)s::timestamptz is null
        or golden.recorded_from >= %(changed_since)s::timestamptz
    )
order by golden.golden_id::text collate "C"
