-- A policy that comes into force again is a version of its own: each row says when what it holds began to hold.
alter table hub.policy_version drop constraint policy_version_digest_key;
comment on table hub.policy_version is 'Policy files and model as they were when a version became active; it holds until the next one.';
comment on column hub.policy_version.holds_from is 'The moment from which the version decides.';
