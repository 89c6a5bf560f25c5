/** Why a change of people was not made; the message is for a person. Nothing was written. */
export class PeopleRefusal extends Error {
  override name = "PeopleRefusal";
  readonly code: "not_found" | "not_allowed" | "conflict" | "invalid";
  /** With `invalid`: the faulty field. */
  readonly field: string;
  constructor(code: PeopleRefusal["code"], message: string, field = "") {
    super(message);
    this.code = code;
    this.field = field;
  }
}
