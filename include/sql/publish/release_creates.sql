-- Release waiting creates: the target's own gather covers the moment of the change and all before it (covered_to; null:
-- nothing), and what it brought is matched.
-- params: channel text, prefix text, covered_to timestamptz
update publish.delivery
set state = 'pending'
where
    delivery.channel = %(channel)s::text
    and delivery.op = 'create'
    and delivery.state = 'waiting'
    and delivery.seen_change_at <= %(covered_to)s::timestamptz
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
