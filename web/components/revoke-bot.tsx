import type { TokenView } from "../../src/contract/api-token.ts";
import { visibleText } from "../lib/visible-text.ts";
import { useRevokeToken } from "../queries/tokens.ts";
import { ConfirmAction } from "./confirm-action.tsx";
import { ErrorNotice } from "./error-notice.tsx";

export function RevokeBot({ token, onBack }: { token: TokenView; onBack: () => void }) {
  const revoke = useRevokeToken(token.id);
  return (
    <>
      {revoke.isError ? <ErrorNotice error={revoke.error} /> : null}
      <ConfirmAction
        ask={`Revoke ${visibleText(token.name)}?`}
        confirm="Confirm revocation"
        color="wax"
        sending={revoke.isPending}
        onConfirm={() => revoke.mutate()}
        onBack={onBack}
      >
        <p>Every secret of it ends at once. This cannot be taken back; its votes stay.</p>
      </ConfirmAction>
    </>
  );
}
