-- Let the next plan of each target compare every record again: ownership may be another one now. What a target has
-- acknowledged is not sent again. -1, for ids are out already; a target that was never planned stays at 0.
-- params: none
update publish.target
set planned_change_id = -1
where target.planned_change_id > 0
