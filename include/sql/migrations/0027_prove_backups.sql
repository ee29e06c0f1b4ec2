-- Backups in chunks: what was sent, and what a drill found out, check by check.
alter table backup.manifest
drop column object_key,
drop column key_object_key,
drop column sealed_sha256,
drop column tables,
alter column schema_version drop not null,
add column row_count bigint,
add column sent_bytes bigint,
add column overdue_told_at timestamptz;
comment on table backup.manifest
is 'One row per backup that was begun; the signed manifest in the bucket, written last, is what makes it one.';
alter table backup.drill
drop constraint drill_backup_id_fkey,
add column run_id text not null default '',
add column checks jsonb not null default '[]',
add column rto_seconds numeric(12, 1),
add column rpo_seconds numeric(12, 1),
add column report_key text;
comment on table backup.drill
is 'One row per restore drill: each check, how long a restore took (RTO), how old its data were (RPO), where the report is.';
alter table backup.manifest
drop constraint manifest_state_check,
add constraint manifest_state_check
check (state in ('writing', 'written', 'verified', 'failed', 'expired', 'lost'));
