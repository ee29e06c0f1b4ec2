-- Name this transaction's snapshot, so that others see the same rows; when it was, on which server.
-- params: none
select
    pg_export_snapshot() as snapshot,
    now() as at,
    (select max(done.number) from hub.migration as done) as schema_version,
    current_setting('server_version_num')::integer as server_version
