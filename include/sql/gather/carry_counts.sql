-- Remove abandoned windows, whose versions were moved, and add their counts to the window that takes them over,
-- with what a person has let pass in them.
-- params: window_id bigint, abandoned bigint[]
with gone as (
    delete from hub.gathered_window
    where window_id = any(%(abandoned)s::bigint[])
    returning received_count, duplicate_count, outside_count, refused_count, waived_delete_count
),

carried as (
    select
        coalesce(sum(gone.received_count), 0) as received_count,
        coalesce(sum(gone.duplicate_count), 0) as duplicate_count,
        coalesce(sum(gone.outside_count), 0) as outside_count,
        coalesce(sum(gone.refused_count), 0) as refused_count,
        coalesce(max(gone.waived_delete_count), 0) as waived_delete_count
    from gone
)

update hub.gathered_window as win
set
    received_count = win.received_count + carried.received_count,
    duplicate_count = win.duplicate_count + carried.duplicate_count,
    outside_count = win.outside_count + carried.outside_count,
    refused_count = win.refused_count + carried.refused_count,
    waived_delete_count = greatest(win.waived_delete_count, carried.waived_delete_count)
from carried
where win.window_id = %(window_id)s::bigint
