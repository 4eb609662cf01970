-- What stays of an invoice's number when form and misreadings are taken away: blanks, signs, case,
-- accents, letters that look like Latin ones (as names are compared, domain/plain_text.py), signs
-- without width, leading zeros (of the number and of each run of figures, whether a sign stands
-- behind them or not), and letters that recognition takes for figures. Zeros lead behind a letter
-- and count behind a figure: I, L and | are figures among figures and at their beginning behind a
-- sign (`2026-l05`), any letter is one where only zeros follow. Generated columns are stored by it:
-- who changes it rewrites them in the same migration.
CREATE OR REPLACE FUNCTION number_key(number text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
    SELECT nullif(ltrim(
        regexp_replace(
            regexp_replace(
                translate(
                    regexp_replace(
                        regexp_replace(
                            upper(translate(
                                regexp_replace(
                                    normalize(number, NFKD),
                                    '[\u00ad\u0300-\u036f\u180e\u200b-\u200f\u202a-\u202e'
                                        || '\u2060-\u206f\ufe00-\ufe0f\ufeff]',
                                    '', 'g'),
                                'АВЕКМНОРСТУХІЈЅԚԜҺ'
                                    || 'авекмнорстухіјѕԛԝһ'
                                    || 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧΩ'
                                    || 'αβεζηικμνορτυχω'
                                    || '|∣ǀӀӏı',
                                'ABEKMHOPCTYXIJSQWH'
                                    || 'ABEKMHOPCTYXIJSQWH'
                                    || 'ABEZHIKMNOPTYXW'
                                    || 'ABEZHIKMVOPTYXW'
                                    || 'LLLLLI')),
                            '(?<=[^[:alpha:]][ILOQ]*)[IL](?=[ILOQ]*[0-9])', '1', 'g'),
                        '(^|[^0-9])0+(?=[1-9]|[^[:alnum:]]+[0-9])', '\1', 'g'),
                    'OQILSBZ', '0011582'),
                '(^|[^0-9])0+(?=[^[:alnum:]]*[0-9])', '\1', 'g'),
            '[^[:alnum:]]', '', 'g'),
        '0'), '')
$$;
