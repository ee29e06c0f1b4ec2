-- Golden customers whose name, short name or pinyin holds the words, or whose name is like them; the nearest first.
-- params: words text, part text, beginning text, latin text, latin_turned text, size integer
select
    customer.golden_id,
    case
        when lower(customer.legal_name) = lower(%(words)s::text) then 0
        when lower(customer.short_name) = lower(%(words)s::text) then 1
        when customer.legal_name ilike %(beginning)s::text then 2
        when customer.legal_name ilike %(part)s::text then 3
        when customer.short_name ilike %(part)s::text then 4
        when replace(customer.name_pinyin, ' ', '') like %(latin)s::text then 5
        when replace(customer.name_pinyin, ' ', '') like %(latin_turned)s::text then 5
        else 6
    end as remoteness
from master.customer as customer
where
    customer.legal_name ilike %(part)s::text
    or customer.short_name ilike %(part)s::text
    or replace(customer.name_pinyin, ' ', '') like %(latin)s::text
    or replace(customer.name_pinyin, ' ', '') like %(latin_turned)s::text
    or steward.is_like_name(customer.legal_name, %(words)s::text)
order by
    remoteness asc,
    similarity(customer.legal_name, %(words)s::text) desc,
    customer.legal_name collate "C" asc,
    customer.golden_id asc
limit %(size)s::integer
