export interface BannerFacts {
  publicUrl: string;
  /** Null once somebody has chosen a password. */
  administrator: { email: string; oneTimePassword: string } | null;
  /** Null: AWS. */
  stepFunctionsUrl: string | null;
  folder: string;
  /** Folders that the start has opened for others to pass through. */
  opened: readonly string[];
}

/** What a person who has just typed `npm start` needs to know. `process.uptime()` counts from the start of the process. */
export function banner(
  print: (line: string) => void,
  { publicUrl, administrator, stepFunctionsUrl, folder, opened }: BannerFacts,
): void {
  print(`Countersign is ready in ${process.uptime().toFixed(1)} s`);
  print("");
  print(`  page             ${publicUrl}`);
  if (administrator !== null) {
    print(`  sign in as       ${administrator.email}`);
    print(`  with (one time)  ${administrator.oneTimePassword}`);
  }
  if (stepFunctionsUrl !== null)
    print(
      `  Step Functions   ${stepFunctionsUrl}   (aws stepfunctions … --endpoint-url ${stepFunctionsUrl})`,
    );
  print(`  data and log     ${folder}`);
  print("");
  if (stepFunctionsUrl !== null)
    print(
      "  try it           npx countersign push      sends a signed push: an approval appears in the page",
    );
  for (const each of opened)
    print(
      `  note             others may pass through ${each} now (chmod o+x): Postgres runs as the user postgres, not as root`,
    );
}
