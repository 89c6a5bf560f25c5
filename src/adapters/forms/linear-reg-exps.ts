import { RE2JS } from "re2js";

/** Of all patterns of one schema together; to compile as many takes a tenth of a second. */
const instructionsMax = 10_000;
/** Instructions times characters, for one form that was filled in: a fifth of a second at worst. */
const workMax = 10_000_000;

/**
 * The regular expressions of one schema, for Ajv. Whoever sets a trap (`(a+)+$`, a count of counts) would hold up everybody else, so they
 * run on RE2, whose time grows with the text alone, and both factors are bounded. Nothing here reads a clock: the same form has the same
 * faults on a busy machine.
 */
export function linearRegExps() {
  let instructionsLeft = instructionsMax;
  let workLeft = workMax;
  const compile = (source: string) => {
    const pattern = compileLinear(source);
    const instructions = pattern.programSize();
    instructionsLeft -= instructions;
    if (instructionsLeft < 0)
      throw new Error(`the pattern ${shown(source)} is too large: it needs smaller counts`);
    return {
      // Ajv keeps patterns apart by this.
      toString: () => source,
      test(text: string): boolean {
        workLeft -= instructions * text.length;
        if (workLeft < 0) throw new Error(`the text is too long for the pattern ${shown(source)}`);
        return pattern.test(text);
      },
    };
  };
  return {
    regExp: Object.assign(compile, { code: "linearRegExp" }),
    /** Before each form that is checked. */
    renew() {
      workLeft = workMax;
    },
  };
}

function compileLinear(source: string): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the pattern ${shown(source)} cannot be checked in linear time (no look-around, no back-references, counts up to 1000): ${reason}`,
      { cause: error },
    );
  }
}

function shown(source: string): string {
  return source.slice(0, 80);
}
