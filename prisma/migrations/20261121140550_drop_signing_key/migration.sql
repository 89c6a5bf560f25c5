-- DropTable
DROP TABLE "signing_key";
