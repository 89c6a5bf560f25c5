-- DropIndex
DROP INDEX "audit_event_approval_id_id_idx";

-- AlterTable
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_pkey",
ADD COLUMN     "hash" BYTEA,
ADD COLUMN     "previous_hash" BYTEA,
ADD COLUMN     "seq" INTEGER,
ADD COLUMN     "stream" TEXT;

-- Events that are there already get their chain now: the same text that src/domain/audit-chain.ts hashes.
DO $$
DECLARE
  event record;
  chain text;
  last_hash bytea;
  last_seq integer;
BEGIN
  FOR event IN SELECT * FROM "audit_event" ORDER BY coalesce("approval_id"::text, 'earlier'), "id" LOOP
    IF chain IS DISTINCT FROM coalesce(event.approval_id::text, 'earlier') THEN
      chain := coalesce(event.approval_id::text, 'earlier');
      last_hash := decode(repeat('00', 32), 'hex');
      last_seq := 0;
    END IF;
    UPDATE "audit_event" SET
      "stream" = chain,
      "seq" = last_seq + 1,
      "previous_hash" = last_hash,
      "hash" = sha256(convert_to(
        '{"actor":' || event.actor::text
        || ',"approvalId":' || coalesce('"' || event.approval_id || '"', 'null')
        || ',"at":"' || to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        || '","detail":' || event.detail::text
        || ',"previousHash":"' || encode(last_hash, 'hex')
        || '","seq":' || (last_seq + 1)
        || ',"stream":' || to_json(chain)
        || ',"type":' || to_json(event.type) || '}', 'UTF8'))
    WHERE "id" = event.id
    RETURNING "seq", "hash" INTO last_seq, last_hash;
  END LOOP;
END $$;

-- AlterTable
ALTER TABLE "audit_event" DROP COLUMN "id",
ALTER COLUMN "hash" SET NOT NULL,
ALTER COLUMN "previous_hash" SET NOT NULL,
ALTER COLUMN "seq" SET NOT NULL,
ALTER COLUMN "stream" SET NOT NULL,
ADD CONSTRAINT "audit_event_pkey" PRIMARY KEY ("stream", "seq");

-- CreateIndex
CREATE INDEX "audit_event_at_stream_seq_idx" ON "audit_event"("at" DESC, "stream" DESC, "seq" DESC);

-- Rows are only ever added, whoever owns the table.
CREATE FUNCTION "audit_takes_new_rows_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail takes new rows only: % of "%" is refused', lower(tg_op), tg_table_name
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER "audit_event_takes_new_rows_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_takes_new_rows_only"();
