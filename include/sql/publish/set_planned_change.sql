-- Remember up to which change a target was planned.
-- params: channel text, planned_change_id bigint
update publish.target
set planned_change_id = %(planned_change_id)s::bigint
where channel = %(channel)s::text
