-- Whether a role holds a scope, as domain/access/scope.py has it: a test holds one to the other.
CREATE OR REPLACE FUNCTION role_holds(role text, scope text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE role
        WHEN 'owner' THEN true
        WHEN 'admin' THEN true
        WHEN 'member' THEN scope NOT IN ('admin', 'config:write')
        WHEN 'auditor' THEN right(scope, 4) = 'read'
        ELSE false
    END
$$;
REVOKE ALL ON FUNCTION role_holds(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION role_holds(text, text) TO belegfluss_app;
