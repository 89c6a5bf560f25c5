-- What a bot that is limited to repositories may see, newest first: src/adapters/postgres/visible.ts asks in these very words.
CREATE INDEX "approval_visible_repository_idx" ON "approval" (lower("repository" COLLATE "C"), "received_at" DESC, "id" DESC)
  WHERE "execution_is_proven" AND "repository" IS NOT NULL;
