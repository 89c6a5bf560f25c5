-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "look_for_newer_at" TIMESTAMPTZ(3),
ADD COLUMN     "newer_commit" TEXT,
ADD COLUMN     "newer_commit_url" TEXT;

-- CreateTable
CREATE TABLE "push_order" (
    "start_id" UUID NOT NULL,
    "lane" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "commit" TEXT NOT NULL,
    "before" TEXT,
    "happened_at" TIMESTAMPTZ(3),
    "url" TEXT,
    "mode" TEXT NOT NULL,
    "look_at_older" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "push_order_pkey" PRIMARY KEY ("start_id")
);

-- CreateIndex
CREATE INDEX "push_order_lane_happened_at_idx" ON "push_order"("lane", "happened_at" DESC);

-- AddForeignKey
ALTER TABLE "push_order" ADD CONSTRAINT "push_order_start_id_fkey" FOREIGN KEY ("start_id") REFERENCES "execution_start"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Of the few that wait for a look alone.
CREATE INDEX "approval_look_for_newer_at_idx" ON "approval"("look_for_newer_at") WHERE "look_for_newer_at" IS NOT NULL AND "status" = 'pending';

CREATE INDEX "push_order_look_at_older_idx" ON "push_order"("start_id") WHERE "look_at_older";
