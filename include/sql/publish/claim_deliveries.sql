-- Take the next pending deliveries of an enabled target in hand; disabling the target waits for this transaction.
-- params: channel text, after_delivery_id bigint, size integer, run_id text
with target as (
    select target.channel
    from publish.target as target
    where target.channel = %(channel)s::text and target.state = 'enabled'
    for share
),

next as (
    select delivery.delivery_id
    from publish.delivery as delivery
    where
        delivery.channel in (select target.channel from target)
        and delivery.state = 'pending'
        and delivery.delivery_id > %(after_delivery_id)s::bigint
    order by delivery.delivery_id
    limit %(size)s::integer
    for update skip locked
)

update publish.delivery
set state = 'in_flight', attempts = attempts + 1, run_id = %(run_id)s::text
where delivery.delivery_id in (select next.delivery_id from next)
returning
    delivery.delivery_id,
    delivery.attempts,
    delivery.op,
    delivery.entity,
    delivery.golden_id,
    delivery.source_key,
    delivery.fields,
    delivery.seen_change_at
