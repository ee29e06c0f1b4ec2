-- Let one writer at a time append to the audit log, until its transaction ends.
-- params: none
select pg_advisory_xact_lock(727002)
