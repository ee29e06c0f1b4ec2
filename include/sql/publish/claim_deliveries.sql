-- Take the next pending deliveries of an enabled target in hand, of pushes that may go; disabling the target waits for
-- this transaction. What a person approved is what was planned then: a record that has changed since waits for the next
-- plan.
-- params: channel text, after_delivery_id bigint, size integer, run_id text
with target as (
    select
        target.channel,
        target.planned_change_id
    from publish.target as target
    where target.channel = %(channel)s::text and target.state = 'enabled'
    for share
),

next as (
    select delivery.delivery_id
    from target
    inner join publish.delivery as delivery on target.channel = delivery.channel
    inner join publish.push as push on delivery.push_id = push.push_id
    where
        delivery.state = 'pending'
        and delivery.delivery_id > %(after_delivery_id)s::bigint
        and (
            push.state = 'free'
            or push.state = 'approved'
            and not exists (
                select 1
                from publish.change as change
                where
                    change.entity = delivery.entity
                    and change.golden_id = delivery.golden_id
                    and change.change_id > target.planned_change_id
            )
        )
    order by delivery.delivery_id
    limit %(size)s::integer
    for update of delivery skip locked
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
