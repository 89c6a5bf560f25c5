import type { ExecutionView } from "../../src/contract/approval.ts";
import { visibleText } from "../lib/visible-text.ts";
import { CodeBlock } from "./code-block.tsx";
import classes from "./execution-outcome.module.css";
import { Prose } from "./prose.tsx";

/** With what the execution ended: error and cause, or output. */
export function ExecutionOutcome({ execution }: { execution: ExecutionView }) {
  const { error, cause, output } = execution;
  if (error === null && cause === null && output == null) return null;
  return (
    <dl className={classes.outcome}>
      {error === null ? null : (
        <div>
          <dt>Error</dt>
          <dd className={classes.error}>{visibleText(error)}</dd>
        </div>
      )}
      {cause === null ? null : (
        <div>
          <dt>Cause</dt>
          <dd>
            <Prose text={cause} what="cause" maxCharacters={1200} />
          </dd>
        </div>
      )}
      {output == null ? null : (
        <div>
          <dt>Output</dt>
          <dd>
            <CodeBlock text={JSON.stringify(output)} what="output" maxLines={12} />
          </dd>
        </div>
      )}
    </dl>
  );
}
