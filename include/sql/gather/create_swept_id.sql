-- A place for the ids of one sweep, for this session alone.
-- params: none
create temporary table if not exists swept_id (source_id text collate "C" not null)
