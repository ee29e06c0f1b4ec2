-- Ask a steward to look at pins of one field that have met in one golden record: the later holds.
-- params: golden_ids uuid[], fields text[], holding bigint[], outranked bigint[]
insert into steward.task (kind, subject, detail)
select
    'pins_meet' as kind,
    'decisions ' || met.outranked::text || ' and ' || met.holding::text as subject,
    jsonb_build_object('golden_id', met.golden_id, 'field', met.field, 'holds', met.holding) as detail
from
    unnest(
        %(golden_ids)s::uuid[], %(fields)s::text[], %(holding)s::bigint[], %(outranked)s::bigint[]
    ) as met (golden_id, field, holding, outranked)
order by met.outranked, met.holding
on conflict (kind, subject) do nothing
