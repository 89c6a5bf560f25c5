export const embedded = import("../local/embedded.ts");
