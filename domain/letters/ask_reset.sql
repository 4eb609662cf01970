-- Writes a letter for a new password if the mail address is known, before the tenant is.
CREATE OR REPLACE FUNCTION ask_reset(address text, letter uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO letter (tenant_id, id, kind, subject, subject_id, round, recipient_id, facts,
                        state, attempts, due_at, created_at)
    SELECT u.tenant_id, letter, 'reset', 'user', u.id, 1, u.id, '{}',
           'pending', 0, clock_timestamp(), clock_timestamp()
    FROM app_user u WHERE u.email = lower(address)
      AND is_admitted(u.active, u.access_until)
      -- One letter is enough for a while, whoever asks and from wherever.
      AND NOT EXISTS (
          SELECT 1 FROM letter l
          WHERE l.tenant_id = u.tenant_id AND l.subject = 'user' AND l.subject_id = u.id
            AND l.kind = 'reset' AND l.created_at > clock_timestamp() - interval '5 minutes')
$$;
REVOKE ALL ON FUNCTION ask_reset(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ask_reset(text, uuid) TO belegfluss_app;
