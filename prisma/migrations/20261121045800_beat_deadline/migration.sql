-- AlterTable
ALTER TABLE "approval" ADD COLUMN "beat_deadline_at" TIMESTAMPTZ(3);

-- When a task is closed unless a beat is heard. Here and not in the program, since it follows from columns that several parts write.
-- 15 s are `assumedHeartbeatSeconds` of src/domain/heartbeat.ts.
CREATE FUNCTION "approval_beat_deadline"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.beat_deadline_at := CASE WHEN NEW.next_beat_at IS NULL THEN NULL ELSE
    coalesce(NEW.last_beat_at, NEW.received_at)
    + make_interval(secs => coalesce(NEW.heartbeat_seconds, CASE WHEN NEW.identified_at IS NULL THEN 15 END)) END;
  RETURN NEW;
END $$;

CREATE TRIGGER "approval_beat_deadline" BEFORE INSERT OR UPDATE OF
  "next_beat_at", "last_beat_at", "received_at", "heartbeat_seconds", "identified_at" ON "approval"
  FOR EACH ROW EXECUTE FUNCTION "approval_beat_deadline"();

UPDATE "approval" SET "next_beat_at" = "next_beat_at" WHERE "next_beat_at" IS NOT NULL;

-- DropIndex
DROP INDEX "approval_next_beat_at_idx";

-- CreateIndex
CREATE INDEX "approval_next_beat_at_idx" ON "approval"("next_beat_at") WHERE "next_beat_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "approval_probe_at_idx" ON "approval"("next_beat_at") WHERE "next_beat_at" IS NOT NULL AND "beat_deadline_at" IS NULL;

-- CreateIndex
CREATE INDEX "approval_beat_deadline_at_idx" ON "approval"("beat_deadline_at") WHERE "beat_deadline_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "approval_beaten_heartbeat_seconds_idx" ON "approval"("heartbeat_seconds") WHERE "beat_deadline_at" IS NOT NULL;
