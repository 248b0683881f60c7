import { Failure } from '../../failure.js';

const SHARED = 'static std::set<std::string> ATTR_NAME_SET;';

/**
 * The source of the binding with its only shared state made each thread's own: worker threads that
 * execute operations at the same time would insert into one set.
 *
 * @throws Failure when the source is another than the one this was written for
 */
export function threadSafe(source: string): string {
  if (source.split(SHARED).length === 2) {
    return source.replace(SHARED, SHARED.replace('static', 'static thread_local'));
  }
  throw new Failure(
    `threadSafe: expected tfjs_backend.cc with one line "${SHARED}", got none or several. Report it: the pinned sources do not fit this release.`,
  );
}
