-- Make a push answer for every open delivery of its channel that none has let through.
-- params: channel text, push_id bigint
update publish.delivery
set push_id = %(push_id)s::bigint
where
    delivery.channel = %(channel)s::text
    and delivery.state in ('pending', 'waiting', 'in_flight', 'uncertain')
    and (
        delivery.push_id is null
        or delivery.push_id in (
            select push.push_id
            from publish.push as push
            where push.channel = %(channel)s::text and push.state not in ('free', 'approved')
        )
    )
