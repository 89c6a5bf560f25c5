-- CreateTable
CREATE TABLE "commit_check" (
    "repository" TEXT NOT NULL,
    "commit" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "description" TEXT,
    "url" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "rank" BIGINT NOT NULL,

    CONSTRAINT "commit_check_pkey" PRIMARY KEY ("repository","commit","key")
);

-- CreateIndex
CREATE INDEX "commit_check_at_idx" ON "commit_check"("at");
