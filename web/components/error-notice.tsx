import { Button } from "@mantine/core";
import { describeError } from "../lib/describe-error.ts";
import { fieldLabel, placeFaults } from "../lib/field-faults.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Notice } from "./notice.tsx";

interface Props {
  error: unknown;
  /** Offered when the same may work a second time. */
  onRetry?: (() => void) | undefined;
  retrying?: boolean;
  /** For reading, trying again always makes sense. */
  alwaysRetry?: boolean;
  /** Those at which the form shows what is wrong with them: it is not told a second time. */
  fields?: readonly string[];
}

export function ErrorNotice({ error, onRetry, retrying = false, alwaysRetry = false, fields = [] }: Props) {
  const { title, detail, fields: faults, retryable } = describeError(error);
  const { rest } = placeFaults(faults, fields);
  if (faults.length > 0 && rest.length === 0) return null;
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
      {detail === "" ? null : <p>{visibleText(detail)}</p>}
      {rest.length === 0 ? null : (
        <ul>
          {rest.map((fault) => (
            <li key={`${fault.field} ${fault.message}`}>
              {fault.field === "" ? null : <strong>{visibleText(fieldLabel(fault.field))} </strong>}
              {visibleText(fault.message)}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
