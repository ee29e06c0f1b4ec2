-- Kept-back versions by rule, with the newest window in which the rule was broken and the run that judged it.
-- params: size integer
with kept as (
    select
        landed.channel,
        landed.entity,
        held.suite,
        held.rule,
        held.severity,
        count(*) as version_count,
        min(held.found_at) as oldest_at,
        max(landed.window_id) as window_id
    from quarantine.record as held
    inner join landing.version as landed on held.version_id = landed.version_id
    where held.state = 'open'
    group by landed.channel, landed.entity, held.suite, held.rule, held.severity
),

judged as (
    select
        receipt.window_id,
        max(receipt.receipt_id) as receipt_id
    from hub.run_receipt as receipt
    where
        receipt.step = 'validate'
        and receipt.window_id in (select kept.window_id from kept)
    group by receipt.window_id
),

told as (
    select
        kept.channel,
        kept.entity,
        kept.suite,
        kept.rule,
        kept.severity,
        kept.version_count,
        kept.oldest_at,
        kept.window_id,
        receipt.run_id
    from kept
    left join judged on kept.window_id = judged.window_id
    left join hub.run_receipt as receipt on judged.receipt_id = receipt.receipt_id
)

select
    told.channel,
    told.entity,
    told.suite,
    told.rule,
    told.severity,
    told.version_count,
    told.oldest_at,
    told.window_id,
    told.run_id
from told
order by
    told.version_count desc,
    told.channel asc,
    told.entity asc,
    told.suite collate "C" asc,
    told.rule collate "C" asc
limit %(size)s::integer
