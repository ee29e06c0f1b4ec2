-- The token of a credential; whoever asks next waits for the end of this transaction.
-- params: credential text
select
    token.seed_digest,
    token.salt,
    token.sealed_token,
    token.ends_at
from hub.channel_token as token
where token.credential = %(credential)s::text
for update
