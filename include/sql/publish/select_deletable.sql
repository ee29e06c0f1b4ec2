-- Records of a target (source keys with this prefix) that the hub made and that are to go, as nobody says any more that the
-- customer exists: those among `keys`, or (null) those whose customer changed in (after_change_id, upto_change_id].
-- The hub made it if its create was confirmed and the link that came of it still holds. Nobody says so if the customer is
-- archived or erased, or if its other records are all deleted. is_touched: the target has changed it since our last own
-- write, or something of the target hangs on it: that is for a person.
-- params: channel text, prefix text, after_change_id bigint, upto_change_id bigint, keys text[]
select
    record.source_key,
    record.source_id,
    crosswalk.golden_id,
    exists (
        select 1
        from landing.version as version
        where
            version.source_key = record.source_key
            and version.version_at > coalesce(
                (
                    select max(echo.version_at) from publish.echo as echo
                    where echo.source_key = record.source_key
                ),
                '-infinity'
            )
    )
    or exists (
        select 1 from source.contact as child
        where child.customer_source_key = record.source_key
    )
    or exists (
        select 1 from source.sales_order as child
        where child.customer_source_key = record.source_key
    )
    or exists (
        select 1 from source.ticket as child
        where child.customer_source_key = record.source_key
    )
    or exists (
        select 1 from source.interaction as child
        where child.customer_source_key = record.source_key
    )
    or exists (
        select 1 from source.feedback as child
        where child.customer_source_key = record.source_key)
        as is_touched
from source.customer as record
inner join match.crosswalk as crosswalk on record.source_key = crosswalk.source_key
inner join master.customer as golden on crosswalk.golden_id = golden.golden_id
where
    starts_with(record.source_key, %(prefix)s::text)
    and not record.is_deleted
    and (%(keys)s::text[] is null or record.source_key = any(%(keys)s::text[]))
    and (
        %(keys)s::text[] is not null
        or golden.golden_id in (
            select change.golden_id
            from publish.change as change
            where
                change.entity = 'customer'
                and change.change_id > %(after_change_id)s::bigint
                and change.change_id <= %(upto_change_id)s::bigint
        )
    )
    and exists (
        select 1
        from publish.delivery as made
        where
            made.channel = %(channel)s::text
            and made.source_key = record.source_key
            and made.op = 'create'
            and made.state = 'confirmed'
    )
    and exists (
        select 1
        from match.decision as link
        where
            record.source_key in (link.left_key, link.right_key)
            and link.kind = 'must-link'
            and link.author = 'hub:publish'
            and link.deleted_at is null
    )
    and (
        golden.status in ('archived', 'erased')
        or (
            select bool_and(other.is_deleted)
            from match.crosswalk as member
            inner join source.customer as other on member.source_key = other.source_key
            where member.golden_id = golden.golden_id and other.source_key <> record.source_key
        )
    )
order by record.source_key collate "C"
