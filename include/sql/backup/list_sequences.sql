-- The sequences of the hub's own schemas that have given a value, and the last one.
-- params: none
select
    seq.schemaname || '.' || seq.sequencename as name,
    seq.schemaname = 'privacy' as is_apart,
    seq.last_value
from pg_catalog.pg_sequences as seq
where
    seq.last_value is not null
    and seq.schemaname !~ '^pg_'
    and seq.schemaname not in ('information_schema', 'public')
order by (seq.schemaname || '.' || seq.sequencename) collate "C"
