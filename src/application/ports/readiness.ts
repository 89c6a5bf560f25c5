/** How one part of a process fares; `detail` is for a person. */
export interface PartState {
  ready: boolean;
  /** False: the product works without this part, more slowly. */
  needed: boolean;
  detail?: string;
}
