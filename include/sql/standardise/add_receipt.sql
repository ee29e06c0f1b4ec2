-- Add the counts of one chunk to the receipt of the run's step.
-- params: run_id text, counts jsonb
insert into hub.run_receipt as receipt (run_id, step, counts)
values (%(run_id)s::text, 'standardise', %(counts)s::jsonb)
on conflict (run_id, step, channel, entity, window_id) do update
    set
        counts = (
            select jsonb_object_agg(total.name, total.amount)
            from (
                select
                    part.key as name,
                    sum(part.value::bigint) as amount
                from (
                    select * from jsonb_each_text(receipt.counts)
                    union all
                    select * from jsonb_each_text(excluded.counts)
                ) as part
                group by part.key
            ) as total
        ),
        recorded_at = now()
