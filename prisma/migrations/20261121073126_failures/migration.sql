-- CreateTable
-- Lost with a crash of the database, which costs a guesser a minute less of waiting.
CREATE UNLOGGED TABLE "failure" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "resets_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "failure_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "failure_resets_at_idx" ON "failure"("resets_at");
