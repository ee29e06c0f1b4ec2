-- Keep a new token in the place of the former one.
-- params: credential text, seed_digest bytea, salt bytea, sealed_token bytea, ends_at timestamptz
update hub.channel_token
set
    seed_digest = %(seed_digest)s::bytea,
    salt = %(salt)s::bytea,
    sealed_token = %(sealed_token)s::bytea,
    ends_at = %(ends_at)s::timestamptz
where credential = %(credential)s::text
