/** The store cannot be reached right now; the same call may succeed later. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** Too many change one approval at the same moment; the same call may succeed later. The message is for a person. */
export class ApprovalBusy extends Error {
  override name = "ApprovalBusy";
}

/** Step Functions cannot be reached, throttles, or refuses us; the message is for a person. */
export class StepFunctionsUnavailable extends Error {
  override name = "StepFunctionsUnavailable";
  /** `passing`: time mends it. `refused`: a person has to, since rights, account, region or secret are wrong. */
  readonly kind: "passing" | "refused";
  constructor(message: string, options: ErrorOptions & { kind?: "passing" | "refused" } = {}) {
    super(message, options);
    this.kind = options.kind ?? "passing";
  }
}

/** People cannot be sent to an identity provider right now; the message is for whoever runs Countersign. */
export class IdentityProviderUnavailable extends Error {
  override name = "IdentityProviderUnavailable";
}
