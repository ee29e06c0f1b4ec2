-- The date by which expiries are judged; none before the first build.
-- params: none
select as_of.as_of_on
from hub.as_of as as_of
