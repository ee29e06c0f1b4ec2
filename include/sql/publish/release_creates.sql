-- Release waiting creates: the target's own gather covers the moment of the change, and what it brought is matched.
-- params: channel text, prefix text
update publish.delivery
set state = 'pending'
where
    delivery.channel = %(channel)s::text
    and delivery.op = 'create'
    and delivery.state = 'waiting'
    and exists (
        select 1
        from hub.gathered_window as win
        where
            win.channel = delivery.channel
            and win.entity = delivery.entity
            and win.state = 'closed'
            and win.end_at >= delivery.seen_change_at
    )
    and not exists (
        select 1
        from landing.pending_key as pending
        where starts_with(pending.source_key, %(prefix)s::text)
    )
    and not exists (
        select 1
        from match.pending_record as pending
        where starts_with(pending.source_key, %(prefix)s::text)
    )
returning delivery_id
