-- CreateTable
CREATE TABLE "unclaimed_gate" (
    "execution_arn" TEXT NOT NULL,
    "event_id" INTEGER NOT NULL,
    "state_machine_arn" TEXT NOT NULL,
    "activity_arn" TEXT NOT NULL,
    "state_name" TEXT,
    "scheduled_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "unclaimed_gate_pkey" PRIMARY KEY ("execution_arn","event_id")
);

-- CreateIndex
CREATE INDEX "approval_state_machine_arn_idx" ON "approval"("state_machine_arn");
