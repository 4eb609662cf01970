-- How long to wait after so many failures: nothing while they are free, then a second that doubles.
CREATE OR REPLACE FUNCTION login_delay(failures bigint, free integer, longest integer)
RETURNS interval
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT make_interval(secs => CASE
        WHEN failures < free THEN 0
        ELSE least(longest, 2 ^ least(failures - free, 20))
    END)
$$;
REVOKE ALL ON FUNCTION login_delay(bigint, integer, integer) FROM PUBLIC;
