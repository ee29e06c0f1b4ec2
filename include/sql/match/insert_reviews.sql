-- Ask about the pairs of the given records that are doubtful and that no decision has settled.
-- params: keys text[], margin integer, even integer, order_limit integer
-- Causes: close_call (near even odds, and the answer would join or part two customers), weak_bridge (the same
-- inside a larger cluster that no third record holds together), conflict (one customer, though the pair itself speaks
-- against it), blocked (a link between two customers that something else keeps apart). The chance of being wrong
-- (1/1000) falls by half with each bit of distance from even odds; two voices that contradict each other are even.
-- What hangs on it: records and customers of both sides, and their orders, counted up to a limit.
with near as (
    select
        edge.left_key,
        edge.right_key,
        edge.score,
        edge.is_veto,
        edge.evidence
    from match.edge as edge
    where edge.left_key = any(%(keys)s::text[])
    union all
    select
        edge.left_key,
        edge.right_key,
        edge.score,
        edge.is_veto,
        edge.evidence
    from match.edge as edge
    where edge.right_key = any(%(keys)s::text[]) and edge.left_key <> all(%(keys)s::text[])
),

placed as (
    select
        near.left_key,
        near.right_key,
        near.score,
        near.is_veto,
        near.evidence,
        one.cluster_key as left_cluster,
        other.cluster_key as right_cluster,
        one.cluster_key = other.cluster_key as is_one,
        not near.is_veto and near.score > 0 as is_link,
        abs(near.score) < %(margin)s::integer as is_close,
        one.is_guarded and other.is_guarded as is_guarded
    from near
    inner join match.cluster_member as one on near.left_key = one.source_key
    inner join match.cluster_member as other on near.right_key = other.source_key
),

judged as materialized (
    select
        placed.left_key,
        placed.right_key,
        placed.score,
        placed.evidence,
        placed.left_cluster,
        placed.right_cluster,
        case
            when not placed.is_one and placed.is_link and not placed.is_guarded then 'blocked'
            when not placed.is_one and placed.is_close and not placed.is_veto and not placed.is_link then 'close_call'
            when placed.is_one and placed.is_link and placed.is_close then 'close_call'
            when placed.is_one and (placed.is_veto or placed.score <= -%(margin)s::integer) then 'conflict'
        end as cause,
        placed.is_one and placed.is_link as is_joining
    from placed
),

mate as materialized (
    select
        member.source_key,
        member.cluster_key
    from match.cluster_member as member
    where
        member.cluster_key in (
            select judged.left_cluster
            from judged
            where judged.cause is not null
            union
            select judged.right_cluster
            from judged
            where judged.cause is not null
        )
),

named as materialized (
    select
        mate.source_key,
        mate.cluster_key,
        decided.decision_id,
        decided.part
    from mate
    inner join match.decided as decided on mate.source_key = decided.source_key
),

settled as materialized (
    select distinct
        judged.left_key,
        judged.right_key
    from judged
    inner join named as one on judged.left_cluster = one.cluster_key
    inner join named as other on judged.right_cluster = other.cluster_key and one.decision_id = other.decision_id
    where
        judged.cause is not null
        and (
            (judged.left_cluster <> judged.right_cluster and one.part <> other.part)
            or (judged.left_key = one.source_key and judged.right_key = other.source_key and one.part = other.part)
        )
),

counted as (
    select
        judged.left_key,
        judged.right_key,
        judged.score,
        judged.evidence,
        judged.cause,
        judged.is_joining,
        judged.left_cluster,
        (
            select count(*)
            from match.cluster_member as member
            where member.cluster_key in (judged.left_cluster, judged.right_cluster)
        ) as record_count,
        (
            select count(*)
            from (
                select 1
                from match.cluster_member as member
                inner join source.sales_order as bought on member.source_key = bought.customer_source_key
                where member.cluster_key in (judged.left_cluster, judged.right_cluster)
                order by member.source_key collate "C"
                limit %(order_limit)s::integer
            ) as purchase
        ) as order_count
    from judged
    where
        judged.cause is not null
        and not exists (
            select 1
            from settled
            where settled.left_key = judged.left_key and settled.right_key = judged.right_key
        )
),

asked as (
    select
        counted.left_key,
        counted.right_key,
        counted.score,
        counted.evidence,
        counted.record_count,
        counted.order_count,
        case
            when counted.is_joining and counted.record_count > 2 then 'weak_bridge'
            else counted.cause
        end as cause
    from counted
    where
        not counted.is_joining
        or not exists (
            select 1
            from match.cluster_member as third
            where
                third.cluster_key = counted.left_cluster
                and third.source_key not in (counted.left_key, counted.right_key)
                and exists (
                    select 1
                    from match.edge as edge
                    where
                        edge.left_key = least(counted.left_key, third.source_key)
                        and edge.right_key = greatest(counted.left_key, third.source_key)
                        and not edge.is_veto
                        and edge.score > 0
                )
                and exists (
                    select 1
                    from match.edge as edge
                    where
                        edge.left_key = least(counted.right_key, third.source_key)
                        and edge.right_key = greatest(counted.right_key, third.source_key)
                        and not edge.is_veto
                        and edge.score > 0
                )
        )
)

insert into match.review
(left_key, right_key, cause, chance, record_count, customer_count, order_count, evidence_digest)
select
    asked.left_key,
    asked.right_key,
    asked.cause,
    case
        when asked.cause in ('conflict', 'blocked') then %(even)s::integer
        else round(2 * %(even)s::integer / (1 + power(2, abs(asked.score) / 1000.0)))::integer
    end as chance,
    asked.record_count,
    2 as customer_count,
    asked.order_count,
    md5(
        asked.cause || array(
            select said.comparison || ' ' || (said.verdict ->> 'level')
            from jsonb_each(asked.evidence) as said (comparison, verdict)
            order by said.comparison collate "C"
        )::text
    ) as evidence_digest
from asked
on conflict (left_key, right_key) do update set
    cause = excluded.cause,
    chance = excluded.chance,
    record_count = excluded.record_count,
    customer_count = excluded.customer_count,
    order_count = excluded.order_count,
    evidence_digest = excluded.evidence_digest
