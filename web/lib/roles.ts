/** Roles with what they mean, for a choice. */
export const roleChoices = [
  { value: "viewer", label: "Viewer: sees approvals" },
  { value: "reviewer", label: "Reviewer: decides too" },
  { value: "administrator", label: "Administrator: looks after people too" },
];
