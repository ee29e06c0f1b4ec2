-- Close the dead letters of records that a later delivery has brought up to date. One of a delete stays: what was
-- written to the record does not answer whether it is to go.
-- params: channel text, source_keys text[]
with overtaken as (
    update publish.delivery
    set state = 'superseded'
    where
        delivery.channel = %(channel)s::text
        and delivery.source_key = any(%(source_keys)s::text[])
        and delivery.state = 'dead'
        and delivery.op <> 'delete'
    returning delivery.delivery_id
)

update publish.dead_letter
set state = 'replayed', replayed_at = now(), replayed_by = 'hub:publish'
from overtaken
where dead_letter.delivery_id = overtaken.delivery_id and dead_letter.state = 'open'
