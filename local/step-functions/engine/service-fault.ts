/** A failure in the words of a service, e.g. `Lambda.ResourceNotFoundException`. */
export class ServiceFault extends Error {
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}
