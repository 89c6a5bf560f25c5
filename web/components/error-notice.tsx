import { Button } from "@mantine/core";
import { describeError } from "../lib/describe-error.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Notice } from "./notice.tsx";

interface Props {
  error: unknown;
  /** Offered when the same may work a second time. */
  onRetry?: (() => void) | undefined;
  retrying?: boolean;
  /** For reading, trying again always makes sense. */
  alwaysRetry?: boolean;
}

export function ErrorNotice({ error, onRetry, retrying = false, alwaysRetry = false }: Props) {
  const { title, detail, fields, retryable } = describeError(error);
  const retry = onRetry !== undefined && (retryable || alwaysRetry);
  return (
    <Notice
      tone="bad"
      alert
      title={title}
      action={
        retry ? (
          <Button size="xs" variant="default" loading={retrying} onClick={onRetry}>
            Try again
          </Button>
        ) : undefined
      }
    >
      <p>{visibleText(detail)}</p>
      {fields.length === 0 ? null : (
        <ul>
          {fields.map((fault) => (
            <li key={`${fault.field} ${fault.message}`}>
              {fault.field === "" ? null : <strong>{visibleText(fault.field)} </strong>}
              {visibleText(fault.message)}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
