-- The next records of an entity of a channel (source keys with this prefix) whose golden record changed in
-- (after_change_id, upto_change_id]: its values, or whose records it is made of.
-- params: entity text, prefix text, after_change_id bigint, upto_change_id bigint, after_key text, size integer
select crosswalk.source_key
from match.crosswalk as crosswalk
where
    crosswalk.golden_id in (
        select change.golden_id
        from publish.change as change
        where
            change.entity = %(entity)s::text
            and change.change_id > %(after_change_id)s::bigint
            and change.change_id <= %(upto_change_id)s::bigint
    )
    and starts_with(crosswalk.source_key, %(prefix)s::text)
    and crosswalk.source_key > %(after_key)s::text
order by crosswalk.source_key collate "C"
limit %(size)s::integer
