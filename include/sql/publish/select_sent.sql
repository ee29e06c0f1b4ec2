-- What the target last acknowledged of these records, who gave it, whether that one has left their golden record since,
-- and the update time of the record then.
-- params: keys text[]
select
    sent.source_key,
    sent.field,
    sent.digest,
    sent.giver_key,
    sent.version_at,
    sent.giver_key is not null and not exists (
        select 1
        from match.crosswalk as mine
        inner join match.crosswalk as giver on mine.golden_id = giver.golden_id
        where mine.source_key = sent.source_key and giver.source_key = sent.giver_key
    ) as has_giver_left
from publish.sent as sent
where sent.source_key = any(%(keys)s::text[])
