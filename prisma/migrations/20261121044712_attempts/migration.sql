-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "attempt" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "map_index" INTEGER,
ADD COLUMN     "previous_id" UUID,
ADD COLUMN     "superseded_by_id" UUID;

-- CreateIndex
CREATE INDEX "approval_worker_name_idx" ON "approval"("worker_name");
