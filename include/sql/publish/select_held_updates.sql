-- Update deliveries that no push has let through, and whether the golden record of their record changed since they were
-- planned.
-- params: channel text, entity text, after_change_id bigint, upto_change_id bigint, after_key text, size integer
select
    delivery.delivery_id,
    delivery.source_key,
    exists(
        select 1
        from match.crosswalk as crosswalk
        inner join publish.change as change on crosswalk.golden_id = change.golden_id
        where
            crosswalk.source_key = delivery.source_key
            and change.entity = %(entity)s::text
            and change.change_id > %(after_change_id)s::bigint
            and change.change_id <= %(upto_change_id)s::bigint
    ) as is_changed
from publish.delivery as delivery
left join publish.push as push on delivery.push_id = push.push_id
where
    delivery.channel = %(channel)s::text
    and delivery.entity = %(entity)s::text
    and delivery.op = 'update'
    and delivery.state in ('pending', 'in_flight', 'uncertain')
    and coalesce(push.state, 'asked') not in ('free', 'approved')
    and delivery.source_key > %(after_key)s::text
order by delivery.source_key collate "C"
limit %(size)s::integer
