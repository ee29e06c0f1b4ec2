-- Remember the model that edges are scored with.
-- params: model_version text, content jsonb
insert into match.model (model_version, content)
values (%(model_version)s::text, %(content)s::jsonb)
on conflict (model_version) do nothing
