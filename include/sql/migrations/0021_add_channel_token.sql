-- The token that all tasks of a log-in share, and what the next one is asked with.
create table hub.channel_token (
    credential text collate "C" not null primary key,
    seed_digest bytea,
    salt bytea,
    sealed_token bytea,
    ends_at timestamptz
);
comment on table hub.channel_token is 'Log-in tokens of channels that end after a while, sealed.';
comment on column hub.channel_token.credential is 'Id of the Airflow connection.';
comment on column hub.channel_token.seed_digest is 'Keyed digest of the secrets that the token began with.';
comment on column hub.channel_token.salt is 'Of the sealed value.';
comment on column hub.channel_token.sealed_token is 'The token, and the refresh token that came with it.';
comment on column hub.channel_token.ends_at is 'Until when it is used.';
