-- Every beat is written twice (claimed, then heard), and an approval has a dozen indexes: what changes with it moves to small rows.

-- CreateTable
CREATE TABLE "heartbeat" (
    "approval_id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "timeout_seconds" INTEGER,
    "heartbeat_seconds" INTEGER,
    "identified" BOOLEAN NOT NULL DEFAULT false,
    "next_beat_at" TIMESTAMPTZ(3) NOT NULL,
    "last_beat_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3),

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("approval_id")
);

-- When a task is closed unless a beat is heard. Here and not in the program, since it follows from columns that several parts write.
-- 15 s are `assumedHeartbeatSeconds` of src/domain/heartbeat.ts.
CREATE FUNCTION "heartbeat_deadline"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.deadline_at := coalesce(NEW.last_beat_at, NEW.received_at)
    + make_interval(secs => coalesce(NEW.heartbeat_seconds, CASE WHEN NOT NEW.identified THEN 15 END));
  RETURN NEW;
END $$;

CREATE TRIGGER "heartbeat_deadline" BEFORE INSERT OR UPDATE OF
  "received_at", "last_beat_at", "heartbeat_seconds", "identified" ON "heartbeat"
  FOR EACH ROW EXECUTE FUNCTION "heartbeat_deadline"();

INSERT INTO "heartbeat" ("approval_id", "received_at", "timeout_seconds", "heartbeat_seconds", "identified", "next_beat_at", "last_beat_at")
SELECT "id", "received_at", "timeout_seconds", "heartbeat_seconds", "identified_at" IS NOT NULL, "next_beat_at", "last_beat_at"
FROM "approval" WHERE "next_beat_at" IS NOT NULL;

-- DropTrigger
DROP TRIGGER "approval_beat_deadline" ON "approval";
DROP FUNCTION "approval_beat_deadline"();

-- AlterTable
ALTER TABLE "approval" DROP COLUMN "beat_deadline_at",
DROP COLUMN "next_beat_at";

-- CreateIndex
CREATE INDEX "heartbeat_next_beat_at_idx" ON "heartbeat"("next_beat_at");

-- CreateIndex
CREATE INDEX "heartbeat_deadline_at_next_beat_at_idx" ON "heartbeat"("deadline_at", "next_beat_at");

-- AddForeignKey
ALTER TABLE "heartbeat" ADD CONSTRAINT "heartbeat_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
