const PATTERN = /^events\.out\.tfevents\.(\d{10,})\./;

/** Whether TensorBoard would read a file of this name. */
export function isEventFileName(name: string): boolean {
  return name.includes('tfevents');
}

/**
 * A name for a new event file that sorts after every one in `existing`.
 *
 * `events.out.tfevents.<seconds>.shaped`: TensorBoard reads the files of a folder in the order of
 * their names, so a resumed run's file must come last. The seconds are those of `now`, or one more
 * than the last file's where the clock stands still or went back.
 *
 * @param existing file names in the folder, event files or not
 * @param now milliseconds since 1970
 */
export function eventFileName(existing: readonly string[], now: number): string {
  const last = existing.reduce((latest, name) => {
    const match = PATTERN.exec(name);
    return match ? Math.max(latest, Number(match[1])) : latest;
  }, -1);
  const seconds = Math.max(Math.floor(now / 1000), last + 1);
  return `events.out.tfevents.${String(seconds).padStart(10, '0')}.shaped`;
}
