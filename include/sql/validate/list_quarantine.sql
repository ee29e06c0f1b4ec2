-- Kept-back versions by channel, entity, suite and rule, with counts and one version to look at.
-- params: none
select
    version.channel,
    version.entity,
    kept.suite,
    kept.rule,
    count(*) as version_count,
    min(kept.version_id) as first_version_id,
    min(kept.found_at) as oldest_at
from quarantine.record as kept
inner join landing.version as version on kept.version_id = version.version_id
where kept.state = 'open'
group by version.channel, version.entity, kept.suite, kept.rule
order by version.channel, version.entity, kept.suite collate "C", kept.rule collate "C"
