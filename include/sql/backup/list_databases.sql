-- The databases of this role whose names begin so.
-- params: prefix text
select entry.datname as name
from pg_catalog.pg_database as entry
inner join pg_catalog.pg_roles as owner on entry.datdba = owner.oid
where starts_with(entry.datname, %(prefix)s::text) and owner.rolname = current_user
order by entry.datname collate "C"
