-- Pushes in these states are overtaken by a later plan.
-- params: channel text, states text[]
update publish.push
set state = 'replaced'
where push.channel = %(channel)s::text and push.state = any(%(states)s::text[])
