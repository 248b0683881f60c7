/**
 * Source of a small addon that holds back what the process writes to standard error:
 * `hold()` begins, `release()` ends and returns what was written. TensorFlow writes two lines when
 * it is loaded that no setting silences; an error that comes with them must not be lost.
 *
 * Threads may hold at the same time: the last one to release gets the text.
 */
export const STDERR_SOURCE = `
#include <node_api.h>
#include <unistd.h>
#include <cstdio>
#include <mutex>
#include <string>

static std::mutex guard;
static int holders = 0;
static int original = -1;
static FILE* held = nullptr;

static napi_value Hold(napi_env, napi_callback_info) {
  std::lock_guard<std::mutex> lock(guard);
  if (holders++ > 0) return nullptr;
  held = std::tmpfile();
  if (held == nullptr) return nullptr;
  original = dup(STDERR_FILENO);
  if (original >= 0) dup2(fileno(held), STDERR_FILENO);
  return nullptr;
}

static napi_value Release(napi_env env, napi_callback_info) {
  std::lock_guard<std::mutex> lock(guard);
  std::string text;
  if (holders > 0 && --holders == 0) {
    if (original >= 0) {
      std::fflush(stderr);
      dup2(original, STDERR_FILENO);
      close(original);
      original = -1;
    }
    if (held != nullptr) {
      std::rewind(held);
      char part[4096];
      for (size_t n; (n = std::fread(part, 1, sizeof part, held)) > 0;) text.append(part, n);
      std::fclose(held);
      held = nullptr;
    }
  }
  napi_value result = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value hold, release;
  napi_create_function(env, "hold", NAPI_AUTO_LENGTH, Hold, nullptr, &hold);
  napi_create_function(env, "release", NAPI_AUTO_LENGTH, Release, nullptr, &release);
  napi_set_named_property(env, exports, "hold", hold);
  napi_set_named_property(env, exports, "release", release);
  return exports;
}
`;
