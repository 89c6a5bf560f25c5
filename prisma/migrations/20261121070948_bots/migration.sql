-- CreateTable
CREATE TABLE "api_token_secret" (
    "hash" BYTEA NOT NULL,
    "token_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_secret_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE INDEX "api_token_secret_token_id_idx" ON "api_token_secret"("token_id");

-- AddForeignKey
ALTER TABLE "api_token_secret" ADD CONSTRAINT "api_token_secret_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "api_token"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Every token that is there keeps its secret.
INSERT INTO "api_token_secret" ("hash", "token_id", "created_at", "last_used_at")
  SELECT "hash", "id", "created_at", "last_used_at" FROM "api_token";

-- DropIndex
DROP INDEX "api_token_hash_key";

-- AlterTable
ALTER TABLE "api_token" DROP COLUMN "hash",
DROP COLUMN "last_used_at",
ADD COLUMN     "created_by" JSON,
ADD COLUMN     "limits" JSON NOT NULL DEFAULT '{"activityArns":null,"repositories":null,"verdicts":null}';

-- AlterTable
ALTER TABLE "execution_start" ADD COLUMN     "repository" TEXT;

-- CreateIndex
CREATE INDEX "execution_start_name_idx" ON "execution_start"("name");
