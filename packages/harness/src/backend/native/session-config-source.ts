import { Failure } from '../../failure.js';

const FOLDER = 'const char *export_dir = export_dir_string.c_str();';

/** The file beside a SavedModel that holds the configuration of its session. */
export const SESSION_CONFIG_FILE = 'session_config.pb';

const READ_CONFIG = `
  if (FILE *file = fopen((export_dir_string + "/${SESSION_CONFIG_FILE}").c_str(), "rb")) {
    char config[256];
    size_t length = fread(config, 1, sizeof config, file);
    fclose(file);
    TF_AutoStatus config_status;
    TF_SetConfig(session_options, config, length, config_status.status);
    if (TF_GetCode(config_status.status) != TF_OK) {
      NAPI_THROW_ERROR(env, "Failed to configure the session: %s",
                       TF_Message(config_status.status));
      return nullptr;
    }
  }`;

/**
 * The source of the binding, with sessions that read their configuration, a serialised ConfigProto
 * of at most 256 bytes, from a file beside the SavedModel where there is one: the binding itself
 * has no place for the number of threads of a session.
 *
 * @throws Failure when the source is another than the one this was written for
 */
export function withSessionConfig(source: string): string {
  if (source.split(FOLDER).length === 2) {
    return `#include <cstdio>\n${source.replace(FOLDER, FOLDER + READ_CONFIG)}`;
  }
  throw new Failure(
    `withSessionConfig: expected tfjs_backend.cc with one line "${FOLDER}", got none or several. Report it: the pinned sources do not fit this release.`,
  );
}
