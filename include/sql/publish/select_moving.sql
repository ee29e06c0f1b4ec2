-- Records that a comparison must leave alone: something is open, dead, or written to them since a moment, or a change of
-- their golden record is not planned yet.
-- params: channel text, entity text, keys text[], began_at timestamptz
select crosswalk.source_key
from match.crosswalk as crosswalk
where
    crosswalk.source_key = any(%(keys)s::text[])
    and (
        exists (
            select 1
            from publish.delivery as delivery
            where
                delivery.channel = %(channel)s::text
                and delivery.source_key = crosswalk.source_key
                and (
                    delivery.state in ('pending', 'waiting', 'in_flight', 'uncertain', 'dead')
                    or delivery.settled_at >= %(began_at)s::timestamptz
                )
        )
        or exists (
            select 1
            from publish.sent as sent
            where
                sent.source_key = crosswalk.source_key
                and sent.acknowledged_at >= %(began_at)s::timestamptz
        )
        or exists (
            select 1
            from publish.change as change
            where
                change.entity = %(entity)s::text
                and change.golden_id = crosswalk.golden_id
                and change.change_id > coalesce((
                    select target.planned_change_id
                    from publish.target as target
                    where target.channel = %(channel)s::text
                ), 0)
        )
    )
