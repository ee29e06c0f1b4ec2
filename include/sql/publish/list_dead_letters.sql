-- Open dead letters by channel and class of cause.
-- params: none
select
    letter.channel,
    letter.cause,
    count(*) as count,
    min(letter.dead_letter_id) as first_dead_letter_id,
    min(letter.died_at) as oldest
from publish.dead_letter as letter
where letter.state = 'open'
group by letter.channel, letter.cause
order by letter.channel collate "C", letter.cause collate "C"
