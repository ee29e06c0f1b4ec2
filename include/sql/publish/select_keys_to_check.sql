-- The next records of a channel and entity (source keys with this prefix) whose golden record changed in
-- (after_change_id, upto_change_id], or that never acknowledged the golden id that they belong to now. What failed or was
-- given up under that golden id is left alone until the golden record changes.
-- params: channel text, entity text, prefix text, after_change_id bigint, upto_change_id bigint, after_key text,
-- params: size integer
select crosswalk.source_key
from match.crosswalk as crosswalk
where
    crosswalk.entity = %(entity)s::text
    and starts_with(crosswalk.source_key, %(prefix)s::text)
    and crosswalk.source_key > %(after_key)s::text
    and (
        exists (
            select 1
            from publish.change as change
            where
                change.entity = crosswalk.entity
                and change.golden_id = crosswalk.golden_id
                and change.change_id > %(after_change_id)s::bigint
                and change.change_id <= %(upto_change_id)s::bigint
        )
        or not exists (
            select 1
            from publish.sent as sent
            where
                sent.source_key = crosswalk.source_key
                and sent.field = 'hub_id'
                and sent.golden_id = crosswalk.golden_id
        )
        and not exists (
            select 1
            from publish.delivery as delivery
            where
                delivery.channel = %(channel)s::text
                and delivery.source_key = crosswalk.source_key
                and delivery.golden_id = crosswalk.golden_id
                and delivery.state in ('dead', 'superseded')
        )
    )
order by crosswalk.source_key collate "C"
limit %(size)s::integer
