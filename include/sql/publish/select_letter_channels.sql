-- Channels with open dead letters of a selection (null: all).
-- params: channel text, cause text, dead_letter_id bigint
select distinct letter.channel
from publish.dead_letter as letter
where
    letter.state = 'open'
    and letter.channel = coalesce(%(channel)s::text, letter.channel)
    and letter.cause = coalesce(%(cause)s::text, letter.cause)
    and letter.dead_letter_id = coalesce(%(dead_letter_id)s::bigint, letter.dead_letter_id)
order by letter.channel
