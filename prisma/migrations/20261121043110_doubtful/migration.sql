-- DropIndex
DROP INDEX "approval_status_checked_at_idx";

-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "doubted_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "approval_doubted_at_idx" ON "approval"("doubted_at") WHERE "doubted_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "approval_state_machine_arn_id_idx" ON "approval"("state_machine_arn", "id") WHERE "status" = 'pending' AND "execution_is_proven";
