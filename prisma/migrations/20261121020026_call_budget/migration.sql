-- CreateTable
CREATE TABLE "call_budget" (
    "name" TEXT NOT NULL,
    "available" DOUBLE PRECISION NOT NULL,
    "refilled_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_budget_pkey" PRIMARY KEY ("name")
);
