-- Open a new window.
-- params: channel text, entity text, start_at timestamptz, end_at timestamptz, history text, run_id text
insert into hub.gathered_window (channel, entity, start_at, end_at, history, run_id)
values (
    %(channel)s::text,
    %(entity)s::text,
    %(start_at)s::timestamptz,
    %(end_at)s::timestamptz,
    %(history)s::text,
    %(run_id)s::text
)
returning window_id
