#ifndef MISPSIFT_TOOLS_MISPSIFT_CONSOLE_H_
#define MISPSIFT_TOOLS_MISPSIFT_CONSOLE_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "mispsift/base/printable.h"
#include "tools/mispsift/flags.h"
#include "tools/terminal/display_width.h"

namespace mispsift {

// Data goes to stdout, everything for people to stderr. What reports and MISP
// say is hostile text: no control or direction-changing character of it ever
// reaches a terminal.

class Console {
 public:
  explicit Console(const ConsoleOptions& options);

  // One line on stderr, as text or as {"level","message"}.
  void Info(std::string_view message) const;
  void Warning(std::string_view message) const;
  // Lines for a person as they are, in place of what would be one message; not
  // under --quiet or --log-format json. `text` must be Printable().
  void Page(std::string_view text) const;
  // Says what went wrong and gives the exit code for it.
  int Fail(const absl::Status& status) const;

  const ConsoleOptions& options() const { return options_; }
  // Whether a line on stderr can be written over: it is a terminal.
  bool overwrites() const { return terminal_ && !options_.json_log; }
  // What stderr can show at this moment. No colors where NO_COLOR is set, TERM
  // is dumb or stderr is no terminal.
  TextStyle style() const;

 private:
  void Write(std::string_view level, std::string_view message) const;

  ConsoleOptions options_;
  bool terminal_;
};

// Writes all of `bytes` to stdout. A reader that went away is an error.
absl::Status WriteStdout(std::string_view bytes);

// Shows how far a command is while it runs: one line that is written over
// where stderr is a terminal, cut to its width, else a line every 30 s.
// `describe` gives it, from another thread, for so many seconds since the
// beginning. Stops when it is destroyed.
class ProgressLine {
 public:
  ProgressLine(const Console* console,
               std::function<std::string(double seconds)> describe);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void Run();

  const Console* console_;
  const std::function<std::string(double seconds)> describe_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_CONSOLE_H_
