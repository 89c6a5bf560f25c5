-- DropIndex
DROP INDEX "approval_commit_idx";

-- DropIndex
DROP INDEX "approval_repository_idx";

-- DropIndex
DROP INDEX "approval_activity_arn_idx";

-- Trigrams find a text anywhere in a column. The extension comes with Postgres and may be created by whoever may create in the database.
CREATE EXTENSION IF NOT EXISTS "pg_trgm";

-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "search_text" TEXT GENERATED ALWAYS AS (
    lower("title" || E'\n' || coalesce("repository", '') || E'\n' || coalesce("ref", '') || E'\n' || coalesce("requested_by", ''))
) STORED;

-- CreateIndex
CREATE INDEX "approval_search_text_idx" ON "approval" USING GIN ("search_text" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "approval_commit_idx" ON "approval"("commit" text_pattern_ops);

-- CreateIndex
CREATE INDEX "approval_repository_received_at_id_idx" ON "approval"("repository", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "approval_activity_arn_received_at_id_idx" ON "approval"("activity_arn", "received_at" DESC, "id" DESC);
