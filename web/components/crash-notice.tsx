import { Button } from "@mantine/core";
import { Message } from "./message.tsx";

export function CrashNotice({ error }: { error: unknown }) {
  return (
    <Message
      role="alert"
      title="This page broke"
      action={
        <>
          <Button onClick={() => window.location.reload()}>Load it again</Button>
          <Button component="a" href="/" variant="default">
            Go to the inbox
          </Button>
        </>
      }
    >
      <p>
        The fault is ours, and nothing that you decided is lost. If it comes back, this is what to report:
      </p>
      <p>
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </p>
    </Message>
  );
}
