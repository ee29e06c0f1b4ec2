-- How many other transactions of this role are open that began at a moment or before: what they write bears such a time.
-- params: moment timestamptz
select count(*) as open_count
from pg_stat_activity as session
where
    session.datname = current_database()
    and session.pid <> pg_backend_pid()
    and session.xact_start <= %(moment)s::timestamptz
