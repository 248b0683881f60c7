import type { UserFile } from './user-files.js';

/** A file that was found to be text. */
export interface TextFile extends UserFile {
  /** SHA-256 of its bytes. */
  sha256: string;
}
