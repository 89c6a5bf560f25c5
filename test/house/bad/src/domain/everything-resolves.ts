// @ts-expect-error This file is missing on purpose.
export const missing = import("./nowhere.ts");
