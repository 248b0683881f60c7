/** One thing `shaped doctor` looked at. */
export interface Finding {
  name: string;
  /** `warn` is worse than it could be; `fail` keeps the commands from working. */
  status: 'ok' | 'warn' | 'fail';
  /** What was found. */
  detail: string;
  /** What to do about it, where there is something. */
  advice?: string;
}
