-- The keys of what a reading names are stored beside it, for whoever comes to look by a number.
CREATE OR REPLACE FUNCTION keep_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO named_invoice (tenant_id, number_key, document_id, version, place)
    SELECT NEW.tenant_id, k.key, NEW.document_id, NEW.version, k.place
    FROM named_keys(NEW.fields) k;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER named AFTER INSERT ON extraction
    FOR EACH ROW EXECUTE FUNCTION keep_named();
