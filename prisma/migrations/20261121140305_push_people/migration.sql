-- CreateTable
CREATE TABLE "push_people" (
    "state_machine_arn" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "involved" JSON NOT NULL,

    CONSTRAINT "push_people_pkey" PRIMARY KEY ("state_machine_arn","name")
);
