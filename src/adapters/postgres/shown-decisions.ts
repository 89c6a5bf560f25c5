import type { ShownDecision } from "../../domain/shown-decision.ts";
import type { Database } from "./database.ts";

const batchSize = 2_000;

/** Rows and events in one statement, and so as of one moment: somebody may decide meanwhile. */
export async function* readShownDecisions(database: Database): AsyncGenerator<readonly ShownDecision[]> {
  let last = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const batch = await database.run(
      (client) => client.$queryRaw<(Omit<ShownDecision, "decision" | "votes" | "told"> & JsonTexts)[]>`
        select page.id::text as "approvalId", page.status::text as status, page.repository, page.commit,
          page.activity_arn as "activityArn", page.policy_digest as "policyDigest",
          (select json_build_object('verdict', verdict, 'comment', comment, 'breakGlassReason', break_glass_reason, 'decidedBy', decided_by)
           from decision where approval_id = page.id)::text as decision,
          (select coalesce(json_agg(json_build_object('id', id, 'verdict', verdict, 'comment', comment, 'class', class, 'form', form,
             'actor', json_build_object('kind', actor_kind, 'id', actor_id, 'name', actor_name)) order by at), '[]')
           from vote where approval_id = page.id)::text as votes,
          (select coalesce(json_agg(json_build_object('seq', seq, 'type', type, 'actor', actor, 'detail', detail) order by seq), '[]')
           from audit_event where stream = page.id::text and type in ('approval.voted', 'approval.decided'))::text as told
        from (select * from approval where id > ${last}::uuid order by id limit ${batchSize}) page
        order by page.id`,
    );
    const end = batch.at(-1);
    if (end === undefined) return;
    yield batch.map(({ decision, votes, told, ...row }) => ({
      ...row,
      decision: decision === null ? null : (JSON.parse(decision) as ShownDecision["decision"]),
      votes: JSON.parse(votes) as ShownDecision["votes"],
      told: JSON.parse(told) as ShownDecision["told"],
    }));
    last = end.approvalId;
  }
}

interface JsonTexts {
  decision: string | null;
  votes: string;
  told: string;
}
