-- The newest backup that counts (where none does: the oldest one) if it is older than promised and nobody
-- was told of it today.
-- params: promise_hours integer
update backup.manifest
set overdue_told_at = now()
where
    backup_id = coalesce(
        (
            select max(proven.backup_id collate "C")
            from backup.manifest as proven
            where proven.state = 'verified'
        ),
        (
            select min(begun.backup_id collate "C")
            from backup.manifest as begun
            where begun.state not in ('expired', 'lost')
        )
    )
    and started_at < now() - make_interval(hours => %(promise_hours)s::integer)
    and (overdue_told_at is null or overdue_told_at < now() - interval '1 day')
returning backup_id, extract(epoch from now() - started_at) / 3600 as age_hours
