-- End the sessions that this role still has in a database.
-- params: database text
select pg_terminate_backend(activity.pid) as is_ended
from pg_catalog.pg_stat_activity as activity
where
    activity.datname = %(database)s::text
    and activity.usename = current_user
    and activity.pid <> pg_backend_pid()
