import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ApiProblem } from "../api/errors.ts";
import { ApprovalView } from "../components/approval-view.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { InboxSkeleton } from "../components/inbox-skeleton.tsx";
import { Message } from "../components/message.tsx";
import { approvalQuery } from "../queries/approvals.ts";

const route = getRouteApi("/frame/approvals/$id");

export function ApprovalPage() {
  const { id } = route.useParams();
  const query = useQuery(approvalQuery(id));
  if (query.data !== undefined)
    return (
      <ApprovalView
        key={id}
        approval={query.data}
        readError={query.error}
        onReadAgain={() => void query.refetch()}
      />
    );
  if (query.error instanceof ApiProblem && (query.error.status === 404 || query.error.status === 422))
    return (
      <Message
        title="There is no such approval"
        action={
          <Button component={Link} to="/">
            Go to the inbox
          </Button>
        }
      >
        <title>Not found · Countersign</title>
        <p>{query.error.message}</p>
      </Message>
    );
  if (query.isError)
    return (
      <ErrorNotice
        error={query.error}
        alwaysRetry
        retrying={query.isFetching}
        onRetry={() => void query.refetch()}
      />
    );
  return <InboxSkeleton />;
}
