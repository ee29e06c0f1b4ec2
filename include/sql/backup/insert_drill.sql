-- One restore drill from its report: what it found, check by check, and where the report is.
-- params: report jsonb, report_key text, table_count integer
insert into backup.drill (
    backup_id, run_id, state, compared_tables, compared_rows, cause, checks, rto_seconds, rpo_seconds,
    report_key, started_at, finished_at
)
select
    told.backup_id,
    told.run_id,
    told.state,
    %(table_count)s::integer as compared_tables,
    told.rows,
    told.cause,
    told.checks,
    told.rto_seconds,
    told.rpo_seconds,
    %(report_key)s::text as report_key,
    told.started_at,
    told.finished_at
from jsonb_to_record(%(report)s::jsonb) as told (
    backup_id text, run_id text, state text, rows bigint, cause text, checks jsonb, rto_seconds numeric,
    rpo_seconds numeric, started_at timestamptz, finished_at timestamptz
)
