-- The orders of which the gate accepted something after a moment, or a person let something pass, and those that wait to be
-- standardised; the next ones after a key.
-- params: moment timestamptz, after text, size integer
select changed.source_key
from (
    select version.source_key
    from landing.version as version
    inner join hub.gathered_window as win on version.window_id = win.window_id
    where
        version.entity = 'sales_order'
        and version.source_key > %(after)s::text
        and win.closed_at > %(moment)s::timestamptz
    union
    select version.source_key
    from landing.version as version
    inner join quarantine.record as kept on version.version_id = kept.version_id
    where
        version.entity = 'sales_order'
        and version.source_key > %(after)s::text
        and (kept.state_changed_at > %(moment)s::timestamptz or kept.found_at > %(moment)s::timestamptz)
    union
    select pending.source_key
    from landing.pending_key as pending
    where pending.entity = 'sales_order' and pending.source_key > %(after)s::text
) as changed
order by changed.source_key
limit %(size)s::integer
