-- Open dead letters one by one, the oldest first: what failed why, and where the values stand that were to be sent.
-- params: channel text, cause text, size integer
select
    letter.dead_letter_id,
    letter.channel,
    letter.cause,
    letter.detail,
    letter.attempts,
    letter.died_at,
    delivery.op,
    delivery.entity,
    delivery.source_key,
    delivery.golden_id,
    letter.golden_version_no,
    array_to_string(delivery.fields, ',') as fields
from publish.dead_letter as letter
inner join publish.delivery as delivery on letter.delivery_id = delivery.delivery_id
where
    letter.state = 'open'
    and letter.channel = coalesce(%(channel)s::text, letter.channel)
    and letter.cause = coalesce(%(cause)s::text, letter.cause)
order by letter.dead_letter_id
limit %(size)s::integer
