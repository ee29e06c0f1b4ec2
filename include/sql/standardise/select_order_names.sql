-- The names that orders bear or refer to: their own (channel, number), and that of the order that they repeat.
-- params: source_keys text[]
select
    own.channel,
    own.order_number as number
from source.sales_order as own
where own.source_key = any(%(source_keys)s::text[])
union
select
    referring.origin_channel as channel,
    referring.origin_number as number
from source.sales_order as referring
where
    referring.source_key = any(%(source_keys)s::text[])
    and referring.origin_channel is not null
