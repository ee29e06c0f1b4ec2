-- Give up creates that are not begun and whose golden record vanished, ended, is not wanted in the target any more, or
-- got a record there by itself.
-- params: channel text, prefix text, kinds text[], levels text[]
update publish.delivery
set state = 'superseded', settled_at = now()
where
    delivery.channel = %(channel)s::text
    and delivery.op = 'create'
    and delivery.state in ('waiting', 'pending')
    and (
        not exists (
            select 1
            from master.customer as golden
            where
                golden.golden_id = delivery.golden_id
                and golden.status = 'active'
                and golden.legal_name is not null
                and golden.kind = any(%(kinds)s::text[])
                and (cardinality(%(levels)s::text[]) = 0 or golden.level_code = any(%(levels)s::text[]))
        )
        or exists (
            select 1
            from match.crosswalk as member
            where member.golden_id = delivery.golden_id and starts_with(member.source_key, %(prefix)s::text)
        )
    )
returning delivery_id
