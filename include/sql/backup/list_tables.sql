-- Every table in the hub's own schemas.
-- params: none
select ns.nspname || '.' || rel.relname as name
from pg_catalog.pg_class as rel
inner join pg_catalog.pg_namespace as ns on rel.relnamespace = ns.oid
where
    rel.relkind = 'r'
    and ns.nspname in (
        'hub', 'landing', 'quarantine', 'source', 'match', 'master', 'publish', 'backup', 'privacy',
        'steward'
    )
order by (ns.nspname || '.' || rel.relname) collate "C"
