import { type MantineColorsTuple, createTheme } from "@mantine/core";

/** Blue-black, as the ink that contracts were signed with. */
const ink: MantineColorsTuple = [
  "#eef2fa",
  "#dbe4f4",
  "#b9cae9",
  "#98b3e3",
  "#7795d0",
  "#4c6fb3",
  "#365996",
  "#24406f",
  "#1b335b",
  "#132645",
];
/** Approval. */
const moss: MantineColorsTuple = [
  "#ebf6ee",
  "#d6ecdc",
  "#aedbbb",
  "#86cb9c",
  "#5db37a",
  "#3b9159",
  "#2a7a48",
  "#1f6a3c",
  "#175530",
  "#0f4023",
];
/** Rejection: sealing wax rather than alarm. */
const wax: MantineColorsTuple = [
  "#fbeeec",
  "#f6dad6",
  "#edb6ae",
  "#f0a196",
  "#d9705f",
  "#c14d3b",
  "#ad3a2b",
  "#982f22",
  "#7c251a",
  "#5e1a12",
];

export const theme = createTheme({
  colors: { ink, moss, wax },
  primaryColor: "ink",
  // White on it keeps 4.5:1 in both schemes.
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "Liberation Mono", monospace',
});
