-- The source records of the golden record to which an id leads.
-- params: golden_id uuid
select mate.source_key
from master.alias as former
inner join match.crosswalk as holder on former.source_key = holder.source_key
inner join match.crosswalk as mate on holder.golden_id = mate.golden_id
where former.golden_id = %(golden_id)s::uuid
order by mate.source_key collate "C"
