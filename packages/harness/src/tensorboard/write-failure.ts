import { Failure } from '../failure.js';

const REMEDY: Record<string, string> = {
  ENOSPC: 'The disk is full: free some space or log to another folder.',
  EDQUOT: 'The disk quota is used up: free some space or log to another folder.',
  EFBIG: 'The file is larger than this disk or limit allows: log to another folder.',
  EACCES: 'Not permitted: choose a folder you may write to, or change its permissions.',
  EPERM: 'Not permitted: choose a folder you may write to, or change its permissions.',
  EROFS: 'The disk is read-only: choose another folder.',
  EEXIST: 'A file stands where the folder should be: choose another folder.',
  ENOTDIR: 'A file stands where the folder should be: choose another folder.',
  EMFILE: 'Too many files are open: close writers that are done, or raise the limit (ulimit -n).',
  ENAMETOOLONG: 'The name is too long for this disk: choose a shorter one.',
};

/** The failure to show when event-file output did not reach the disk: what, where and what to do. */
export function writeFailure(action: string, path: string, cause: unknown): Failure {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const detail = code || (cause instanceof Error ? cause.message : String(cause));
  const remedy = REMEDY[code] ?? 'Check the disk and the path.';
  return new Failure(
    `TensorBoardWriter: expected to ${action} ${path}, got ${detail}. ${remedy}`,
    undefined,
    { cause },
  );
}
