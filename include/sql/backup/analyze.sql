-- Statistics of a restored database, without which its first statements would be planned blindly.
-- params: none
analyze
