-- Let so many deletions pass in an open window whose sweep was refused; no row when none was.
-- params: window_id bigint, waived_delete_count bigint
update hub.gathered_window
set waived_delete_count = %(waived_delete_count)s::bigint
where
    window_id = %(window_id)s::bigint
    and state = 'open'
    and hold_reason is not null
returning channel, entity, hold_reason
