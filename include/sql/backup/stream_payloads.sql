-- Every sealed payload of the landing, with what opening it needs beside the salt.
-- params: none
select
    version.source_key,
    version.version_at,
    version.seen_at,
    version.digest,
    version.subject,
    version.payload
from landing.version as version
where version.payload is not null
