-- For permissions that reach the end of their age.
CREATE INDEX call_permissions_age ON call_permissions (COALESCE(merged_at, at));
