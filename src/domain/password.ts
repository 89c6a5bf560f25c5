/** Long enough that guessing one over the network is hopeless (NIST SP 800-63B asks for 8 with a second factor, 15 without). */
export const passwordMinCharacters = 12;
/** scrypt takes any length; a body need not be a novel. */
export const passwordMaxCharacters = 128;

/** What people write when they are asked for twelve characters, without what they put around it. */
const wellKnown = new Set(
  `password passwort passw0rd p@ssword p@ssw0rd motdepasse contrasena senha parola
  qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdfghjkl asdfasdf zxcvbnm yxcvbnm qazwsx qazwsxedc 1qaz2wsx 1qaz2wsx3edc
  1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsx asdf1234 qwer1234 abcd1234 abc123 a1b2c3 a1b2c3d4
  letmein letmeinnow welcome welcomeback iloveyou ilovelove trustno1 dragon monkey football baseball basketball sunshine princess
  superman batman starwars whatever changeme changemenow administrator admin adminadmin adminpassword root rootroot toor secret
  secretpassword default guest login master masterpassword mypassword newpassword testtest testpassword temporary temppassword
  password1password passwordpassword correcthorsebatterystaple countersign approval release deployment company companyname
  summer winter spring autumn january february march april june july august september october november december monday friday`.split(
    /\s+/,
  ),
);

const rows = [
  "01234567890123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
];

/** What is wrong with a password that `person` would choose, for that person; null: nothing. */
export function passwordFault(password: string, person: { email: string; name: string }): string | null {
  const length = [...password].length;
  if (length < passwordMinCharacters) return `is shorter than ${passwordMinCharacters} characters`;
  if (password.length > passwordMaxCharacters) return `is longer than ${passwordMaxCharacters} characters`;
  const plain = password.toLowerCase();
  const own = [person.email, person.email.split("@")[0] ?? "", person.name].map((text) => text.toLowerCase());
  if (own.some((text) => text.length > 0 && (plain === text || restOf(plain, text) < 4)))
    return "is your e-mail address or name, or little more than that";
  if (new Set(plain).size < 5) return "repeats a few characters";
  if (isWellKnown(plain)) return "is one of those that are tried first: choose a longer, unusual one";
  return null;
}

/** How many characters are left when every occurrence of `text` is taken away; endless if there is none. */
function restOf(password: string, text: string): number {
  return text.length >= 4 && password.includes(text) ? password.replaceAll(text, "").length : Infinity;
}

function isWellKnown(plain: string): boolean {
  if (rows.some((row) => row.includes(plain) || [...row].reverse().join("").includes(plain))) return true;
  const letters = plain.replaceAll(/[\s._-]/g, "");
  // Digits and signs around a word, and the word twice, are the first things that a guesser tries.
  const core = letters.replace(/^[^a-zà-ÿ]+/, "").replace(/[^a-zà-ÿ]+$/, "");
  const bare = letters.replace(/[^a-zà-ÿ0-9@]/g, "");
  return [letters, core, bare, halfOf(letters), halfOf(core)].some((text) => wellKnown.has(text));
}

function halfOf(text: string): string {
  const half = text.slice(0, text.length / 2);
  return half + half === text ? half : "";
}
