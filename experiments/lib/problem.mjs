/** Thrown for a command line or a file that means nothing; the command exits with 2. */
export class UsageError extends Error {}
