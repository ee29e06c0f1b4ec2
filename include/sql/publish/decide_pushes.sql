-- Store a person's answer to the pushes of a target that are in a state; push_id null: whichever there is.
-- params: channel text, push_id bigint, before text, after text, author text
update publish.push
set state = %(after)s::text, decided_by = %(author)s::text, decided_at = now()
where
    push.channel = %(channel)s::text
    and push.push_id = coalesce(%(push_id)s::bigint, push.push_id)
    and push.state = %(before)s::text
returning push.push_id
