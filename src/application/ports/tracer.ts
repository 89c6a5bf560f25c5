/** What may stand in a span: names, ids and counts. Never a token, a comment or an input. */
export type SpanAttributes = Readonly<Record<`countersign.${string}`, string | number | undefined>>;

/** Tells whoever runs Countersign where the time goes, if they registered an OpenTelemetry SDK; else nothing happens and costs nothing. */
export interface Tracer {
  /** Runs `work` in a span of its own, a child of the one around it. What `work` throws marks the span and is thrown on. */
  span<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
}
