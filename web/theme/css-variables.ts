import type { CSSVariablesResolver } from "@mantine/core";

/** Mantine's own dimmed, placeholder and error colours miss WCAG AA on our papers; these point to theme/tokens.css, which keeps it. */
const shared = {
  "--mantine-color-body": "var(--cs-paper)",
  "--mantine-color-text": "var(--cs-ink)",
  "--mantine-color-dimmed": "var(--cs-dim)",
  "--mantine-color-placeholder": "var(--cs-dim)",
  "--mantine-color-error": "var(--cs-rejected)",
  "--mantine-color-default": "var(--cs-sheet)",
  "--mantine-color-default-color": "var(--cs-ink)",
  "--mantine-color-default-hover": "var(--cs-hover)",
  "--mantine-color-default-border": "var(--cs-edge)",
  "--mantine-color-anchor": "var(--cs-link)",
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
