import { Textarea } from "@mantine/core";
import { FormFields } from "./form-fields.tsx";
import classes from "./form-fields.module.css";
import type { PolicyForm } from "./use-policy-form.ts";

/** What an approval has to fill in; a rejection need not. */
export function PolicyFormFields({ form, onEdit }: { form: PolicyForm; onEdit: () => void }) {
  const { fields, texts, faults } = form;
  const set = (name: string, text: string) => {
    form.set(name, text);
    onEdit();
  };
  return (
    <fieldset className={classes.form} tabIndex={-1}>
      <legend className={classes.legend}>To approve, fill in</legend>
      {fields === null ? (
        <Textarea
          label="The form, as JSON"
          classNames={{ input: classes.code }}
          rows={5}
          placeholder="{}"
          value={texts[""] ?? ""}
          error={faults[""]}
          onChange={(event) => set("", event.currentTarget.value)}
        />
      ) : (
        <FormFields fields={fields} texts={texts} faults={faults} onChange={set} />
      )}
    </fieldset>
  );
}
