import { Textarea } from "@mantine/core";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { commentMaxCharacters } from "../../src/contract/decision.ts";
import classes from "./decide-panel.module.css";

interface Props {
  /** Which votes need one. */
  needed: ApprovalDetail["policy"]["comment"];
  comment: string;
  fault: string | null;
  onChange: (comment: string) => void;
}

/** The count is shown once this much is left. */
const counterFrom = commentMaxCharacters - 1000;

const hints = {
  never: "Optional. Sent along, and kept.",
  reject: "Optional for an approval. Sent along, and kept.",
  always: "Sent along, and kept.",
};

/** What is said with a vote. */
export function CommentField({ needed, comment, fault, onChange }: Props) {
  return (
    <Textarea
      classNames={{ input: classes.comment }}
      label={needed === "reject" ? "Comment (a rejection needs one)" : "Comment"}
      placeholder={hints[needed]}
      required={needed === "always"}
      rows={1}
      value={comment}
      error={isTooLong(comment) ? `Longer than ${count(commentMaxCharacters)} characters` : fault}
      description={
        comment.length > counterFrom
          ? `${count(comment.length)} of ${count(commentMaxCharacters)} characters`
          : undefined
      }
      inputWrapperOrder={["label", "input", "description", "error"]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function isTooLong(comment: string): boolean {
  return comment.length > commentMaxCharacters;
}

function count(characters: number): string {
  return characters.toLocaleString("en");
}
