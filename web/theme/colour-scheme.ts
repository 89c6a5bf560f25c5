import { localStorageColorSchemeManager } from "@mantine/core";

/** The key is also in public/colour-scheme.js, which runs before this bundle. */
export const colourSchemeManager = localStorageColorSchemeManager({ key: "countersign-colour-scheme" });
