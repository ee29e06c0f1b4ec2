-- The golden customers as the hub had them at a moment, in the order of their ids. Their quality, and how sure it is that
-- their records are of one, are told where they are asked for; the latter is as it stands now.
-- params: as_of timestamptz, equal jsonb (clear values), channel text (null: of any),
-- changed_since timestamptz (null: whenever), tells_quality boolean, quality text (null: any), tells_confidence boolean,
-- confidence text (null: any)
select told.*
from (
    select
        golden.golden_id,
        golden.recorded_from,
        golden.clear_values,
        golden.sealed_pointers,
        golden.children,
        golden.member_keys,
        golden.decision_ids,
        case
            when not %(tells_quality)s::boolean then null
            when
                exists (
                    select 1
                    from quarantine.record as mark
                    where mark.version_id = any(golden.member_versions) and mark.state = 'waived'
                )
                then 'warned'
            else 'clean'
        end as quality,
        case
            when not %(tells_confidence)s::boolean then null
            when cardinality(golden.member_keys) = 1 then 'sole'
            when
                exists (
                    select 1
                    from unnest(golden.member_keys) as member (source_key)
                    inner join match.review as doubt on member.source_key = doubt.left_key
                    where doubt.right_key = any(golden.member_keys)
                )
                then 'likely'
            else 'sure'
        end as confidence
    from master.customer_version as golden
    where
        golden.entity = 'customer'
        and golden.op <> 'removed'
        and golden.recorded_from <= %(as_of)s::timestamptz
        and (golden.recorded_to is null or golden.recorded_to > %(as_of)s::timestamptz)
        and golden.clear_values @> %(equal)s::jsonb
        and (
            %(channel)s::text is null
            or exists (
                select 1
                from unnest(golden.member_keys) as member (source_key)
                where split_part(member.source_key, '/', 1) = %(channel)s::text
            )
        )
        and (
            %(changed_since)s::timestamptz is null
            or golden.recorded_from >= %(changed_since)s::timestamptz
        )
) as told
where
    (told.quality = %(quality)s::text or %(quality)s::text is null)
    and (told.confidence = %(confidence)s::text or %(confidence)s::text is null)
order by told.golden_id::text collate "C"
