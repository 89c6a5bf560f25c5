-- AlterTable
ALTER TABLE "vote" ADD COLUMN     "output" TEXT;
