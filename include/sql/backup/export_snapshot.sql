-- Name this transaction's snapshot, so that pg_dump sees the same rows.
-- params: none
select pg_export_snapshot() as snapshot
