-- AlterTable
ALTER TABLE "vote" ADD COLUMN     "held_by" TEXT;

-- AlterTable
ALTER TABLE "api_token_secret" ADD COLUMN     "shown_to" TEXT;
