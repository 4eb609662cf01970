-- Keys of the earlier invoices that a reading names, each with the place where it is named first.
-- A number is cut to what an invoice's number may have (NUMBER_LENGTH), so that each key fits an
-- index.
CREATE OR REPLACE FUNCTION named_keys(fields jsonb) RETURNS TABLE (key text, place integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT number_key(left(named ->> 'number', 100)), min(at)::integer - 1
    FROM jsonb_path_query(fields, '$.preceding[*]') WITH ORDINALITY AS each (named, at)
    WHERE number_key(left(named ->> 'number', 100)) IS NOT NULL
    GROUP BY 1
$$;
