-- A witness of its own: what became of each step and when, in the transaction that did it. It sees what the rows
-- themselves cannot tell, such as a step that was marked as fired twice.
CREATE TABLE faults_witness (
    step_id bigint NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION faults_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO faults_witness (step_id, what) VALUES (NEW.id, 'planned');
    ELSE
        INSERT INTO faults_witness (step_id, what)
        SELECT NEW.id, change.what
        FROM (VALUES
            ('fired', OLD.fired_at, NEW.fired_at),
            ('cancelled', OLD.cancelled_at, NEW.cancelled_at),
            ('set aside', OLD.failed_at, NEW.failed_at)
        ) AS change (what, before, after)
        WHERE change.before IS NULL AND change.after IS NOT NULL
            OR change.what = 'fired' AND change.before <> change.after;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER faults_note AFTER INSERT OR UPDATE ON cases_clockstep FOR EACH ROW EXECUTE FUNCTION faults_note();

-- A campaign runs at any hour, also when no office is at work; urgent messages go out at any hour.
CREATE FUNCTION faults_urge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_urgent := true;
    RETURN NEW;
END $$;

CREATE TRIGGER faults_urge BEFORE INSERT ON core_outboxmessage FOR EACH ROW EXECUTE FUNCTION faults_urge();
