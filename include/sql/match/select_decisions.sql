-- The decisions in force that link or separate records: one row for each record that one names.
-- params: none
select
    decided.decision_id,
    decided.kind,
    decided.author,
    decided.source_key,
    decided.part
from match.decided as decided
order by decided.decision_id, decided.part, decided.source_key collate "C"
