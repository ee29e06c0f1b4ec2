-- Ask about clusters that a guard split: one question for all parts, named by the oldest records of two of them.
-- params: left_keys text[], right_keys text[], record_counts integer[], part_counts integer[], members text[], even integer
insert into match.review
(left_key, right_key, cause, chance, record_count, customer_count, order_count, evidence_digest)
select
    split.left_key,
    split.right_key,
    'guard' as cause,
    %(even)s::integer as chance,
    split.record_count,
    split.part_count,
    0 as order_count,
    md5('guard' || split.members) as evidence_digest
from
    unnest(
        %(left_keys)s::text[],
        %(right_keys)s::text[],
        %(record_counts)s::integer[],
        %(part_counts)s::integer[],
        %(members)s::text[]
    ) as split (left_key, right_key, record_count, part_count, members)
on conflict (left_key, right_key) do update set
    cause = excluded.cause,
    chance = excluded.chance,
    record_count = excluded.record_count,
    customer_count = excluded.customer_count,
    order_count = excluded.order_count,
    evidence_digest = excluded.evidence_digest
