-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "involved" JSON,
ADD COLUMN     "policy_digest" TEXT,
ADD COLUMN     "policy_due_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "approval_policy_due_at_idx" ON "approval"("policy_due_at") WHERE "policy_due_at" IS NOT NULL;

-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "break_glass_reason" TEXT;

-- AlterTable
ALTER TABLE "execution_start" ADD COLUMN     "origin" JSON;

-- AlterTable
ALTER TABLE "vote" ADD COLUMN     "break_glass_reason" TEXT,
ADD COLUMN     "class" TEXT NOT NULL DEFAULT 'page',
ADD COLUMN     "form" TEXT,
ADD COLUMN     "replaced" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "teams" TEXT[] NOT NULL DEFAULT '{}';

UPDATE "vote" SET "class" = 'bot' WHERE "actor_kind" = 'bot';

-- DropIndex
DROP INDEX "vote_approval_id_actor_kind_actor_id_key";

-- CreateIndex: one vote of each actor stands; the ones that it replaced are history.
CREATE UNIQUE INDEX "vote_stands_once" ON "vote"("approval_id", "actor_kind", "actor_id") WHERE NOT "replaced";

-- CreateIndex
CREATE INDEX "vote_approval_id_idx" ON "vote"("approval_id");

-- CreateTable
CREATE TABLE "policy" (
    "digest" TEXT NOT NULL,
    "body" TEXT NOT NULL,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("digest")
);

-- The rules under which something was decided cannot be rewritten later.
CREATE FUNCTION "policy_takes_new_rows_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'policies that were used stay as they are: % of "%" is refused', lower(tg_op), tg_table_name
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER "policy_takes_new_rows_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "policy"
  FOR EACH STATEMENT EXECUTE FUNCTION "policy_takes_new_rows_only"();
