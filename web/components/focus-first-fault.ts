/** The first field that says what is wrong with it comes into view, and can be put right at once. */
export function focusFirstFault(within: HTMLElement | null): void {
  const field = within?.querySelector<HTMLElement>('[aria-invalid="true"]');
  field?.focus({ preventScroll: true });
  field?.scrollIntoView({ block: "center" });
}
