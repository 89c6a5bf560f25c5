-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "receipt" TEXT;

-- CreateTable
CREATE TABLE "signing_key" (
    "id" TEXT NOT NULL,
    "x" TEXT NOT NULL,
    "first_used" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("id")
);
