-- Every table in the hub's own schemas: what can be copied of it, and its primary key.
-- params: none
select
    ns.nspname || '.' || rel.relname as name,
    ns.nspname = 'privacy' as is_apart,
    array(
        select att.attname::text from pg_catalog.pg_attribute as att
        where att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped and att.attgenerated = ''
        order by att.attnum
    ) as columns,
    array(
        select att.attname::text
        from unnest(idx.indkey::smallint[]) with ordinality as part (attnum, place)
        inner join pg_catalog.pg_attribute as att on att.attrelid = rel.oid and part.attnum = att.attnum
        order by part.place
    ) as key_columns,
    array(
        select att.attcollation <> 0
        from unnest(idx.indkey::smallint[]) with ordinality as part (attnum, place)
        inner join pg_catalog.pg_attribute as att on att.attrelid = rel.oid and part.attnum = att.attnum
        order by part.place
    ) as is_collated
from pg_catalog.pg_class as rel
inner join pg_catalog.pg_namespace as ns on rel.relnamespace = ns.oid
left join pg_catalog.pg_index as idx on rel.oid = idx.indrelid and idx.indisprimary
where
    rel.relkind in ('r', 'p')
    and not rel.relispartition
    and ns.nspname !~ '^pg_'
    and ns.nspname not in ('information_schema', 'public')
order by (ns.nspname || '.' || rel.relname) collate "C"
