import { Button } from "@mantine/core";
import { Message } from "../components/message.tsx";

export function NotFoundPage() {
  return (
    <main>
      <title>Not found · Countersign</title>
      <Message
        title="There is nothing at this address"
        action={
          <Button component="a" href="/">
            Go to the inbox
          </Button>
        }
      >
        <p>The address may be mistyped, or what stood here is gone.</p>
      </Message>
    </main>
  );
}
