import { Button } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { forgetAnswers } from "../queries/forget-answers.ts";
import { useSignOut } from "../queries/me.ts";

export function SignOutButton() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const leave = async () => {
    await navigate({ to: "/sign-in" });
    // After leaving, so that no page asks again for what it lost.
    forgetAnswers(client);
  };
  return (
    <Button
      variant="default"
      size="xs"
      fw={500}
      loading={signOut.isPending}
      leftSection={<IconLogout size={15} stroke={1.7} aria-hidden="true" />}
      title={signOut.isError ? "Signing out failed; try again" : undefined}
      onClick={() => signOut.mutate(undefined, { onSuccess: () => void leave() })}
    >
      {signOut.isError ? "Sign out again" : "Sign out"}
    </Button>
  );
}
