import { SpanStatusCode, trace } from "@opentelemetry/api";
import type { Tracer } from "../../application/ports/tracer.ts";

/** Speaks OpenTelemetry's API alone: without an SDK, which the operator registers, every call of it does nothing. */
export function openTelemetryTracer(): Tracer {
  return {
    // Asked for at each span: an SDK may be registered after this module was loaded.
    span: (name, attributes, work) =>
      trace.getTracer("countersign").startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work();
        } catch (error) {
          // The name alone: a message may quote what a person or a state machine wrote.
          const message = error instanceof Error ? error.name : "unknown";
          span.setStatus({ code: SpanStatusCode.ERROR, message });
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}
