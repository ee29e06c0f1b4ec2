-- Tags of source customers.
-- params: keys text[]
select
    tag.source_key,
    tag.tag
from source.tag as tag
where tag.source_key = any(%(keys)s::text[])
