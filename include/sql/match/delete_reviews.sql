-- Forget the open questions about records whose edges or clusters were looked at again.
-- params: keys text[]
delete from match.review as review
where review.left_key = any(%(keys)s::text[]) or review.right_key = any(%(keys)s::text[])
