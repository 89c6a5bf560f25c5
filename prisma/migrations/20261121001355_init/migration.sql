-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "approval_status" AS ENUM ('pending', 'approved', 'rejected', 'lapsed');

-- CreateEnum
CREATE TYPE "lapsed_reason" AS ENUM ('timed_out', 'heartbeat_expired', 'execution_stopped', 'superseded', 'unknown');

-- CreateEnum
CREATE TYPE "verdict" AS ENUM ('approve', 'reject');

-- CreateEnum
CREATE TYPE "delivery" AS ENUM ('recorded', 'sent', 'accepted', 'too_late', 'uncertain');

-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "status" "approval_status" NOT NULL DEFAULT 'pending',
    "lapsed_reason" "lapsed_reason",
    "lapsed_at" TIMESTAMPTZ(3),
    "activity_arn" TEXT NOT NULL,
    "worker_name" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "execution_arn" TEXT,
    "execution_name" TEXT,
    "state_machine_arn" TEXT,
    "state_name" TEXT,
    "state_entered_at" TIMESTAMPTZ(3),
    "retry_count" INTEGER,
    "redrive_count" INTEGER,
    "identified_at" TIMESTAMPTZ(3),
    "identify_after" TIMESTAMPTZ(3),
    "identify_tries" INTEGER NOT NULL DEFAULT 0,
    "execution_is_proven" BOOLEAN NOT NULL DEFAULT false,
    "repository" TEXT,
    "commit" TEXT,
    "ref" TEXT,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "requested_by" TEXT,
    "links" JSON NOT NULL,
    "input" TEXT NOT NULL,
    "timeout_seconds" INTEGER,
    "heartbeat_seconds" INTEGER,
    "next_beat_at" TIMESTAMPTZ(3),
    "last_beat_at" TIMESTAMPTZ(3),
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task_token" (
    "approval_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "ciphertext" BYTEA,

    CONSTRAINT "task_token_pkey" PRIMARY KEY ("approval_id")
);

-- CreateTable
CREATE TABLE "vote" (
    "id" UUID NOT NULL,
    "approval_id" UUID NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "verdict" "verdict" NOT NULL,
    "comment" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "vote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" UUID NOT NULL,
    "approval_id" UUID NOT NULL,
    "verdict" "verdict" NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" JSON NOT NULL,
    "comment" TEXT,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "answer" (
    "approval_id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "output" TEXT,
    "error" TEXT,
    "cause" TEXT,
    "delivery" "delivery" NOT NULL DEFAULT 'recorded',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "answer_pkey" PRIMARY KEY ("approval_id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "approval_id" UUID,
    "actor" JSON NOT NULL,
    "detail" JSON NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "forge" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("forge","delivery_id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "actor" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_digest" BYTEA NOT NULL,
    "approval_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("actor","key")
);

-- CreateTable
CREATE TABLE "execution_start" (
    "id" UUID NOT NULL,
    "forge" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "state_machine_arn" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "execution_arn" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "execution_start_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" TEXT NOT NULL DEFAULT 'viewer',
    "banned" BOOLEAN DEFAULT false,
    "ban_reason" TEXT,
    "ban_expires" TIMESTAMPTZ(3),
    "password_is_one_time" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "impersonated_by" TEXT,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_request" BIGINT NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "approval_received_at_id_idx" ON "approval"("received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "approval_status_received_at_id_idx" ON "approval"("status", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "approval_commit_idx" ON "approval"("commit");

-- CreateIndex
CREATE INDEX "approval_repository_idx" ON "approval"("repository");

-- CreateIndex
CREATE INDEX "approval_execution_arn_idx" ON "approval"("execution_arn");

-- CreateIndex
CREATE INDEX "approval_activity_arn_idx" ON "approval"("activity_arn");

-- CreateIndex
CREATE INDEX "approval_next_beat_at_idx" ON "approval"("next_beat_at");

-- CreateIndex
CREATE INDEX "approval_identify_after_idx" ON "approval"("identify_after");

-- CreateIndex
CREATE INDEX "approval_status_checked_at_idx" ON "approval"("status", "checked_at");

-- CreateIndex
CREATE UNIQUE INDEX "task_token_hash_key" ON "task_token"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "vote_approval_id_actor_kind_actor_id_key" ON "vote"("approval_id", "actor_kind", "actor_id");

-- CreateIndex
CREATE UNIQUE INDEX "decision_approval_id_key" ON "decision"("approval_id");

-- CreateIndex
CREATE UNIQUE INDEX "answer_decision_id_key" ON "answer"("decision_id");

-- CreateIndex
CREATE INDEX "answer_next_attempt_at_idx" ON "answer"("next_attempt_at");

-- CreateIndex
CREATE INDEX "audit_event_approval_id_id_idx" ON "audit_event"("approval_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- CreateIndex
CREATE INDEX "execution_start_next_attempt_at_idx" ON "execution_start"("next_attempt_at");

-- CreateIndex
CREATE INDEX "execution_start_forge_delivery_id_idx" ON "execution_start"("forge", "delivery_id");

-- CreateIndex
CREATE UNIQUE INDEX "execution_start_state_machine_arn_name_key" ON "execution_start"("state_machine_arn", "name");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "rate_limit_key_key" ON "rate_limit"("key");

-- AddForeignKey
ALTER TABLE "task_token" ADD CONSTRAINT "task_token_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vote" ADD CONSTRAINT "vote_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "answer" ADD CONSTRAINT "answer_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "execution_start" ADD CONSTRAINT "execution_start_forge_delivery_id_fkey" FOREIGN KEY ("forge", "delivery_id") REFERENCES "webhook_delivery"("forge", "delivery_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
