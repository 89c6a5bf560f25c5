/** AWS' limit for the input of a task, in bytes of UTF-8. */
const limitBytes = 262_144;

/** The input of an execution of `deploy` whose task input is exactly as large as AWS allows, and full of what breaks pages. */
export function awkwardInput() {
  const executionName = "awkward";
  const title = "<script>window.intruded = true</script> 👩🏽‍🚀 & “Ωמ”";
  const known = {
    title,
    markup: '<img src=x onerror="window.intruded = true">',
    nul: "before\u0000after",
    emoji: "🧨👩🏽‍🚀",
  };
  const filler = limitBytes - taskInputBytes(inputOf(known, ""), executionName);
  const input = inputOf(known, "ü".repeat(Math.floor(filler / 2)) + "x".repeat(filler % 2));
  return {
    input,
    executionName,
    title,
    taskInputBytes: taskInputBytes(input, executionName),
    excerpts: [
      JSON.stringify(title),
      String.raw`<img src=x onerror=\"window.intruded = true\">`,
      String.raw`before\u0000after`,
      "🧨👩🏽‍🚀",
      "the end",
    ],
  };
}

function inputOf(known: object, filler: string): string {
  return JSON.stringify({ ...known, filler, last: "the end" });
}

/** The sample machine wraps an execution's input and says beside it where it comes from (local/samples/deploy.asl.json). */
function taskInputBytes(input: string, executionName: string): number {
  const wrapped = {
    input: JSON.parse(input) as unknown,
    _execution: {
      arn: `arn:aws:states:us-east-1:123456789012:execution:deploy:${executionName}`,
      name: executionName,
      stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:deploy",
      state: "Approve",
      enteredTime: "2026-01-01T00:00:00.000Z",
      retryCount: 0,
      redriveCount: 0,
    },
  };
  return Buffer.byteLength(JSON.stringify(wrapped));
}
