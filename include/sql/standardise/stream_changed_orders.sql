-- The orders of which the gate accepted something after a moment, a person let something pass or took an import back; and
-- those that wait to be standardised.
-- params: moment timestamptz
select changed.source_key
from (
    select version.source_key
    from landing.version as version
    inner join hub.gathered_window as win on version.window_id = win.window_id
    where version.entity = 'sales_order' and win.closed_at > %(moment)s::timestamptz
    union
    select version.source_key
    from landing.version as version
    inner join quarantine.record as kept on version.version_id = kept.version_id
    where version.entity = 'sales_order' and kept.state_changed_at > %(moment)s::timestamptz
    union
    select version.source_key
    from landing.version as version
    inner join landing.withdrawal as withdrawn on version.version_id = withdrawn.version_id
    inner join hub.import as undone on withdrawn.token = undone.token
    where version.entity = 'sales_order' and undone.undone_at > %(moment)s::timestamptz
    union
    select pending.source_key
    from landing.pending_key as pending
    where pending.entity = 'sales_order'
) as changed
order by changed.source_key
