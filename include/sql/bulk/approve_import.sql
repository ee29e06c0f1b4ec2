-- Let an import that waits pass.
-- params: token text, approver text
update hub.import
set state = 'approved', approver = %(approver)s::text
where token = %(token)s::text and state = 'waiting'
