-- Let a sequence go on after a value.
-- params: schema text, sequence text, value bigint
select setval(format('%%I.%%I', %(schema)s::text, %(sequence)s::text)::regclass, %(value)s::bigint) as last_value
