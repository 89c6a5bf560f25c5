import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

export function OtherAttemptLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link to="/approvals/$id" params={{ id }}>
      {children}
    </Link>
  );
}
