-- The restore drills of a backup with all checks, newest first.
-- params: backup_id text
select
    drill.run_id,
    drill.state,
    drill.cause,
    drill.checks,
    drill.rto_seconds,
    drill.rpo_seconds,
    drill.report_key,
    drill.started_at,
    drill.finished_at
from backup.drill as drill
where drill.backup_id = %(backup_id)s::text
order by drill.finished_at desc, drill.drill_id desc
