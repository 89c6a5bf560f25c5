/** The journal cannot be used as it is; the text names the file, the line, and what to do. */
export class JournalFault extends Error {
  override name = "JournalFault";
}
