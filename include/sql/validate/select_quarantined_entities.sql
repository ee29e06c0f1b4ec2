-- Channels and entities that have open quarantine rows.
-- params: channel text (null: all)
select distinct
    version.channel,
    version.entity
from quarantine.record as kept
inner join landing.version as version on kept.version_id = version.version_id
where
    kept.state = 'open'
    and (%(channel)s::text is null or version.channel = %(channel)s::text)
order by version.channel, version.entity
