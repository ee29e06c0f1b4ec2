-- Group anew the orders that bear or refer to the given names, and all that hang together with them: one order_key for
-- all that are one order, one of them counted, and whose order it is.
-- params: channels text[], numbers text[]
with recursive touched as (
    select
        near.source_key,
        near.channel,
        near.order_number,
        near.origin_channel,
        near.origin_number,
        near.customer_source_key,
        near.is_deleted,
        near.order_key,
        near.is_counted,
        near.buyer_source_key
    from unnest(%(channels)s::text[], %(numbers)s::text[]) as name (channel, number)
    cross join
        lateral (
            select bearer.*
            from source.sales_order as bearer
            where name.channel = bearer.channel and name.number = bearer.order_number
            union all
            select referring.*
            from source.sales_order as referring
            where name.channel = referring.origin_channel and name.number = referring.origin_number
        ) as near
    union
    select
        near.source_key,
        near.channel,
        near.order_number,
        near.origin_channel,
        near.origin_number,
        near.customer_source_key,
        near.is_deleted,
        near.order_key,
        near.is_counted,
        near.buyer_source_key
    from touched as here
    cross join
        lateral (
            values (here.channel, here.order_number), (here.origin_channel, here.origin_number)
        ) as name (channel, number)
    cross join
        lateral (
            select bearer.*
            from source.sales_order as bearer
            where name.channel = bearer.channel and name.number = bearer.order_number
            union all
            select referring.*
            from source.sales_order as referring
            where name.channel = referring.origin_channel and name.number = referring.origin_number
        ) as near
),

-- A reference holds when one order of the channel bears the number. Where none does (a market that the hub does not
-- gather), it joins those that refer to it, unless a channel has two such orders: nobody can tell then.
referred as (
    select
        here.source_key,
        here.channel,
        here.origin_channel,
        here.origin_number,
        home.bearer_count,
        home.source_key as home_key
    from touched as here
    cross join
        lateral (
            select
                count(*) as bearer_count,
                min(bearer.source_key) as source_key
            from source.sales_order as bearer
            where here.origin_channel = bearer.channel and here.origin_number = bearer.order_number
        ) as home
    where here.origin_channel is not null
),

unclear as (
    select
        twice.origin_channel,
        twice.origin_number
    from referred as twice
    where twice.bearer_count = 0
    group by twice.origin_channel, twice.origin_number, twice.channel
    having count(*) > 1
),

link as (
    select
        copy.source_key as left_key,
        copy.home_key as right_key
    from referred as copy
    where copy.bearer_count = 1
    union
    select
        copy.home_key as left_key,
        copy.source_key as right_key
    from referred as copy
    where copy.bearer_count = 1
    union
    select
        one.source_key as left_key,
        other.source_key as right_key
    from referred as one
    inner join referred as other
        on
            one.origin_channel = other.origin_channel
            and one.origin_number = other.origin_number
            and one.source_key <> other.source_key
    where
        one.bearer_count = 0
        and not exists (
            select 1
            from unclear
            where one.origin_channel = unclear.origin_channel and one.origin_number = unclear.origin_number
        )
),

joined (source_key, member_key) as (
    select
        here.source_key,
        here.source_key as member_key
    from touched as here
    union
    select
        joined.source_key,
        link.right_key as member_key
    from joined
    inner join link on joined.member_key = link.left_key
),

keyed as (
    select
        joined.source_key,
        min(joined.member_key) as order_key
    from joined
    group by joined.source_key
),

described as (
    select
        keyed.source_key,
        keyed.order_key,
        here.customer_source_key,
        here.is_deleted,
        row(here.order_key, here.is_counted, here.buyer_source_key) as before,
        exists(
            select 1
            from referred as copy
            where keyed.source_key = copy.source_key and copy.bearer_count = 1
        ) as is_copy
    from keyed
    inner join touched as here on keyed.source_key = here.source_key
),

-- The one that counts stands where the order was made; a deleted one counts for nothing while another stands.
grouped as (
    select
        described.source_key,
        described.order_key,
        described.before,
        row_number() over counted = 1 as is_counted,
        first_value(described.customer_source_key) over known as buyer_source_key
    from described
    window
        counted as (
            partition by described.order_key
            order by described.is_deleted asc, described.is_copy asc, described.source_key asc
        ),
        known as (
            partition by described.order_key
            order by
                described.customer_source_key is null asc,
                described.is_deleted asc,
                described.is_copy asc,
                described.source_key asc
        )
),

changed as (
    select
        grouped.source_key,
        grouped.order_key,
        grouped.is_counted,
        grouped.buyer_source_key
    from grouped
    where grouped.before is distinct from row(grouped.order_key, grouped.is_counted, grouped.buyer_source_key)
)

update source.sales_order as entry
set
    order_key = changed.order_key,
    is_counted = changed.is_counted,
    buyer_source_key = changed.buyer_source_key
from changed
where
    entry.source_key = changed.source_key
    -- Few change: they are looked up one by one, however many orders the hub holds.
    and entry.source_key = any(array(select named.source_key from changed as named))
