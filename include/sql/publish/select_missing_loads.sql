-- Which of the given (channel, entity) pairs have never been gathered whole: no closed window.
-- params: channels text[], entities text[]
select
    wanted.channel,
    wanted.entity
from unnest(%(channels)s::text[], %(entities)s::text[]) as wanted (channel, entity)
where
    not exists (
        select 1
        from hub.gathered_window as win
        where win.channel = wanted.channel and win.entity = wanted.entity and win.state = 'closed'
    )
order by wanted.channel collate "C", wanted.entity collate "C"
