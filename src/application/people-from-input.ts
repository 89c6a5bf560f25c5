import { taskInputShape, type TaskInput } from "../contract/task-input.ts";
import { readToldPeople } from "../contract/told-people.ts";
import { tidyName, uniteInvolved } from "../domain/policy/involved.ts";
import { involvements, type Involved } from "../domain/policy/policy.ts";
import { storable } from "./storable.ts";

const peopleMax = 500;
/** The longest e-mail address (RFC 5321). */
const nameMaxCharacters = 254;
const notesMax = 10;

/** Whoever any part of the input names: telling more people only makes the rules stricter. `notes`: what tells of people, but of whom? */
export function involvedIn(known: TaskInput): { involved: Involved; notes: string[] } {
  const notes = new Set<string>();
  const namesIn = (told: unknown, path: string): string[] => {
    const { names, isUnderstood } = readToldPeople(told);
    if (!isUnderstood) notes.add(noteOn(path, "names nobody by an e-mail address or login"));
    if (names.length > peopleMax) notes.add(noteOn(path, `names more than ${peopleMax}`));
    return names.slice(0, peopleMax).map((name) => tidyName(storable(name)).slice(0, nameMaxCharacters));
  };
  const peopleIn = (told: unknown, path: string): Partial<Involved> => {
    if (told === undefined || told === null) return {};
    if (typeof told !== "object" || Array.isArray(told)) {
      notes.add(noteOn(path, "is no object of requester, author, committer, coAuthors and pusher"));
      return {};
    }
    const members = new Map(Object.entries(told));
    for (const member of members.keys())
      if (!(involvements as readonly string[]).includes(member))
        notes.add(noteOn(`${path}.${storable(member).slice(0, 80)}`, "is not known"));
    return Object.fromEntries(
      involvements.map((each) => [each, namesIn(members.get(each), `${path}.${each}`)]),
    );
  };
  const all = [known, known.input].flatMap((members) => {
    if (members === undefined) return [];
    const { approval, people, author } = members;
    return [
      peopleIn(approval?.people, "approval.people"),
      peopleIn(people, "people"),
      {
        requester: namesIn(approval?.requestedBy, "approval.requestedBy"),
        author: namesIn(author, "author"),
      },
    ];
  });
  return { involved: uniteInvolved(...all), notes: [...notes].slice(0, notesMax) };
}

/** What the input tells about people that could not be understood, for a person. */
export function notesOnPeople(input: string): string[] {
  try {
    return involvedIn(taskInputShape.parse(JSON.parse(input))).notes;
  } catch {
    // No JSON: it tells of nobody.
    return [];
  }
}

function noteOn(path: string, what: string): string {
  return `\`${path}\` ${what}: whoever is meant there is not excluded by it.`;
}
