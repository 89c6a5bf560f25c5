/** Hashing of passwords (scrypt), and the making of one-time passwords. */
export interface Passwords {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** Nobody can guess it: 96 random bits. */
  makeOneTime(): string;
}
