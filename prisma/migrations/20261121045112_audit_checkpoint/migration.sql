-- CreateTable
CREATE TABLE "audit_checkpoint" (
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "previous_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "heads" TEXT NOT NULL,
    "signature" TEXT NOT NULL,

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "audit_unsealed" (
    "id" BIGSERIAL NOT NULL,
    "stream" TEXT NOT NULL,

    CONSTRAINT "audit_unsealed_pkey" PRIMARY KEY ("id")
);

CREATE TRIGGER "audit_checkpoint_takes_new_rows_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_checkpoint"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_takes_new_rows_only"();

-- In the transaction of the event, so that no checkpoint can miss it; rows of their own, so that no two writers meet.
CREATE FUNCTION "audit_mark_unsealed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "audit_unsealed" ("stream") SELECT DISTINCT "stream" FROM "added";
  RETURN NULL;
END $$;

CREATE TRIGGER "audit_event_is_unsealed" AFTER INSERT ON "audit_event"
  REFERENCING NEW TABLE AS "added" FOR EACH STATEMENT EXECUTE FUNCTION "audit_mark_unsealed"();

INSERT INTO "audit_unsealed" ("stream") SELECT DISTINCT "stream" FROM "audit_event";
