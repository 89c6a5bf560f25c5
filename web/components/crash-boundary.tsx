import { Component, type ReactNode } from "react";
import { CrashNotice } from "./crash-notice.tsx";

/** Around everything: an error in rendering shows its text and a way out, never a blank page. */
export class CrashBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error("unknown") };
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <CrashNotice error={this.state.error} />;
  }
}
