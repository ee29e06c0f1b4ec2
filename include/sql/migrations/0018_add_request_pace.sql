-- When the next request to a channel may start: the one budget of all tasks that share a log-in.
create table hub.request_pace (
    name text collate "C" not null primary key,
    next_at timestamptz not null
);
comment on table hub.request_pace is 'The pace of requests to channels, shared by all processes.';
comment on column hub.request_pace.name is 'Airflow connection and kind of request.';
comment on column hub.request_pace.next_at is 'From when on the next request may start.';
