-- Decisions and the source records that they name by parts, the newest first; never what a pin says.
-- params: source_key text, with_withdrawn boolean, most bigint
with chosen as (
    select decision.*
    from match.decision as decision
    where
        (%(with_withdrawn)s::boolean or decision.deleted_at is null)
        and (
            %(source_key)s::text is null
            or %(source_key)s::text in (decision.left_key, decision.right_key)
            or exists (
                select 1
                from match.decision_part as part
                where part.decision_id = decision.decision_id and part.source_key = %(source_key)s::text
            )
        )
    order by decision.decision_id desc
    limit %(most)s::bigint
),

named as (
    select
        chosen.decision_id,
        chosen.left_key as source_key,
        0 as part
    from chosen
    where chosen.left_key is not null
    union all
    select
        chosen.decision_id,
        chosen.right_key as source_key,
        case when chosen.kind = 'must-link' then 0 else 1 end as part
    from chosen
    where chosen.right_key is not null
    union all
    select
        chosen.decision_id,
        part.source_key,
        part.part
    from chosen
    inner join match.decision_part as part on chosen.decision_id = part.decision_id
),

parted as (
    select
        named.decision_id,
        named.part,
        array_agg(named.source_key order by named.source_key collate "C") as source_keys
    from named
    group by named.decision_id, named.part
),

told as (
    select
        parted.decision_id,
        jsonb_agg(to_jsonb(parted.source_keys) order by parted.part) as parts
    from parted
    group by parted.decision_id
)

select
    chosen.decision_id,
    chosen.kind,
    told.parts,
    chosen.field,
    chosen.author,
    chosen.reason,
    chosen.decided_at,
    pin.until_on,
    chosen.deleted_at,
    chosen.deleted_by
from chosen
inner join told on chosen.decision_id = told.decision_id
left join match.pin as pin on chosen.decision_id = pin.decision_id
order by chosen.decision_id desc
