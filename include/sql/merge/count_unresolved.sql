-- How many interactions belong to nobody known, by channel: their customer and contact are unnamed or have not come.
-- params: none
select
    entry.channel,
    count(*) as unresolved
from source.interaction as entry
left join source.contact as contact on entry.contact_source_key = contact.source_key
where
    not entry.is_deleted
    and not exists (
        select 1
        from match.crosswalk as crosswalk
        where
            crosswalk.source_key in (
                entry.contact_source_key, coalesce(entry.customer_source_key, contact.customer_source_key)
            )
    )
group by entry.channel
order by entry.channel
