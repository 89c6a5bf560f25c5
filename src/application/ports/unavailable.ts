/** The store cannot be reached right now; the same call may succeed later. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** Step Functions cannot be reached, throttles, or refuses us; `reason` is for a person. */
export class StepFunctionsUnavailable extends Error {
  override name = "StepFunctionsUnavailable";
}
