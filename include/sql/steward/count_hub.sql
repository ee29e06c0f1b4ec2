-- The hub in figures: the master, its sources, and what waits for a person.
-- params: none
select
    (select count(*) from master.customer) as customer_count,
    (select count(*) from master.contact) as contact_count,
    (select count(*) from match.crosswalk) as record_count,
    (
        select count(distinct kept.version_id)
        from quarantine.record as kept
        where kept.state = 'open'
    ) as quarantined_count,
    (
        select count(*)
        from hub.gathered_window as win
        where win.state = 'held'
    ) as held_count,
    (
        select count(*)
        from publish.dead_letter as letter
        where letter.state = 'open'
    ) as dead_letter_count,
    (
        select max(manifest.started_at)
        from backup.manifest as manifest
        where manifest.state = 'verified'
    ) as verified_at
