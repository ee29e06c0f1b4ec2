-- Say that records which the hub itself made belong to the golden records they were made for: to the source record
-- that gave the golden id its name. A steward who said meanwhile that the two are not one is not contradicted.
-- params: golden_ids uuid[], source_keys text[]
insert into match.decision (kind, left_key, right_key, author, reason)
select
    'must-link' as kind,
    least(made.source_key, alias.source_key) as left_key,
    greatest(made.source_key, alias.source_key) as right_key,
    'hub:publish' as author,
    'created by publish' as reason
from unnest(%(golden_ids)s::uuid[], %(source_keys)s::text[]) as made (golden_id, source_key)
inner join master.alias as alias on made.golden_id = alias.golden_id
where
    not exists (
        select 1
        from match.decided as one
        inner join match.decided as other on one.decision_id = other.decision_id
        where
            one.source_key = made.source_key
            and other.source_key = alias.source_key
            and (one.kind = 'must-link' or one.part <> other.part)
    )
order by made.source_key collate "C"
returning left_key, right_key
