import { useEffect, useRef, useState } from "react";
import { type FieldFaults, faultsOf, placeFaults } from "../lib/field-faults.ts";
import { focusFirstFault } from "./focus-first-fault.ts";

/**
 * What is wrong with a form's fields: what the page has found, or else the server (`error`). Whoever has sent something faulty is
 * brought to the first fault of `form`.
 */
export function useFieldFaults(error: unknown, fields: readonly string[]) {
  const [found, setFaults] = useState<FieldFaults>({});
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => focusFirstFault(form.current), [found, error]);
  return { form, faults: { ...placeFaults(faultsOf(error), fields).faults, ...found }, setFaults };
}
