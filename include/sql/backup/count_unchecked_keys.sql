-- Foreign keys that PostgreSQL has not held against every row.
-- params: none
select count(*) as broken
from pg_catalog.pg_constraint as rule
where rule.contype = 'f' and not rule.convalidated
