-- Have a row for the token of a credential, so that it can be locked.
-- params: credential text
insert into hub.channel_token (credential)
values (%(credential)s::text)
on conflict (credential) do nothing
