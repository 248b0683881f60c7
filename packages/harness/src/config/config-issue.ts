/** A problem of a configuration: where, and what to do. */
export interface ConfigIssue {
  path: string;
  message: string;
}
