import { Checkbox, NativeSelect, TextInput, Textarea } from "@mantine/core";
import type { FormField, FormTexts } from "../lib/form-fields.ts";
import { visibleText } from "../lib/visible-text.ts";
import classes from "./form-fields.module.css";

interface Props {
  fields: readonly FormField[];
  texts: FormTexts;
  faults: Readonly<Record<string, string>>;
  onChange: (name: string, text: string) => void;
}

/** What a policy wants to be filled in with an approval. */
export function FormFields({ fields, texts, faults, onChange }: Props) {
  return (
    <div className={classes.fields}>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          text={texts[field.name] ?? field.initial}
          fault={faults[field.name]}
          onChange={(text) => onChange(field.name, text)}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  field: FormField;
  text: string;
  fault: string | undefined;
  onChange: (text: string) => void;
}

function Field({ field, text, fault, onChange }: FieldProps) {
  const { label, description, required, kind } = field;
  const common = {
    label: visibleText(label),
    description: description === null ? undefined : visibleText(description),
    error: fault,
    required,
  };
  const control = {
    value: text,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  switch (kind.as) {
    case "boolean":
      return (
        <Checkbox
          classNames={{ input: classes.box }}
          {...common}
          required={false}
          checked={text === "true"}
          onChange={(event) => onChange(event.currentTarget.checked ? "true" : "")}
        />
      );
    case "choice": {
      const choices = kind.choices.map((choice) => ({
        value: JSON.stringify(choice),
        label: visibleText(typeof choice === "string" ? choice : JSON.stringify(choice)),
      }));
      return <NativeSelect {...common} {...control} data={[{ value: "", label: "" }, ...choices]} />;
    }
    case "number":
      return <TextInput {...common} {...control} inputMode={kind.whole ? "numeric" : "decimal"} />;
    case "date":
      return <TextInput {...common} {...control} type="date" />;
    case "json":
      return <Textarea {...common} {...control} rows={3} classNames={{ input: classes.code }} />;
    case "text":
      return kind.long ? (
        <Textarea {...common} {...control} rows={2} />
      ) : (
        <TextInput {...common} {...control} />
      );
  }
}
