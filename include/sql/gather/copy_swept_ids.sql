-- Note ids that a sweep has shown.
-- params: none
copy pg_temp.swept_id (source_id) from stdin
