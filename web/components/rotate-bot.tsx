import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { defaultOverlapSeconds, type TokenView, type TokenWithSecret } from "../../src/contract/api-token.ts";
import { visibleText } from "../lib/visible-text.ts";
import { useRotateToken } from "../queries/tokens.ts";
import { ConfirmAction } from "./confirm-action.tsx";
import classes from "./confirm-step.module.css";
import { ErrorNotice } from "./error-notice.tsx";

interface Props {
  token: TokenView;
  onBack: () => void;
  onDone: (made: TokenWithSecret) => void;
}

const overlaps = [
  { value: "0", label: "ends at once" },
  { value: "3600", label: "stays good for an hour" },
  { value: String(defaultOverlapSeconds), label: "stays good for a day" },
  { value: String(7 * 24 * 3600), label: "stays good for a week" },
];

export function RotateBot({ token, onBack, onDone }: Props) {
  const [overlap, setOverlap] = useState(String(defaultOverlapSeconds));
  const rotate = useRotateToken(token.id);
  return (
    <>
      {rotate.isError ? <ErrorNotice error={rotate.error} /> : null}
      <ConfirmAction
        ask={`A new secret for ${visibleText(token.name)}?`}
        confirm="Make new secret"
        color="ink"
        sending={rotate.isPending}
        onConfirm={() => rotate.mutate(Number(overlap), { onSuccess: onDone })}
        onBack={onBack}
      >
        <NativeSelect
          className={classes.narrow}
          label="The secret that it has now"
          data={overlaps}
          value={overlap}
          onChange={(event) => setOverlap(event.currentTarget.value)}
        />
      </ConfirmAction>
    </>
  );
}
