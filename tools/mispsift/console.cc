#include "tools/mispsift/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "absl/strings/ascii.h"
#include "mispsift/base/file.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/pipeline/exit_code.h"
#include "tools/mispsift/server_flags.h"

namespace mispsift {
namespace {

// Whether the locale's characters are UTF-8, as the C library would find it.
bool IsUtf8Locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = absl::AsciiStrToLower(Environment(name));
    if (locale.empty()) continue;
    return locale.find("utf-8") != locale.npos ||
           locale.find("utf8") != locale.npos;
  }
  return false;
}

}  // namespace

Console::Console(const ConsoleOptions& options)
    : options_(options), terminal_(isatty(STDERR_FILENO) == 1) {}

TextStyle Console::style() const {
  TextStyle style;
  winsize size{};
  if (terminal_ && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0) {
    style.columns = size.ws_col;
  }
  style.color = terminal_ && Environment("NO_COLOR").empty() &&
                Environment("TERM") != "dumb";
  style.unicode = IsUtf8Locale();
  return style;
}

void Console::Page(std::string_view text) const {
  if (options_.quiet || options_.json_log) return;
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Console::Write(std::string_view level, std::string_view message) const {
  std::string line;
  if (options_.json_log) {
    JsonWriter json(&line);
    json.StartObject();
    json.Key("level").String(level);
    json.Key("message").String(message);
    json.EndObject();
  } else {
    line = "mispsift: ";
    if (level != "info") line += fmt::format("{}: ", level);
    line += Printable(message);
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void Console::Info(std::string_view message) const {
  if (!options_.quiet) Write("info", message);
}

void Console::Warning(std::string_view message) const {
  if (!options_.quiet) Write("warning", message);
}

int Console::Fail(const absl::Status& status) const {
  Write("error", std::string(status.message()));
  return static_cast<int>(ExitCodeOf(status));
}

absl::Status WriteStdout(std::string_view bytes) {
  return WriteFully(STDOUT_FILENO, bytes, "to standard output");
}

ProgressLine::ProgressLine(const Console* console,
                           std::function<std::string(double seconds)> describe)
    : console_(console), describe_(std::move(describe)) {
  const ConsoleOptions& options = console->options();
  if (!options.quiet && !options.no_progress) {
    thread_ = std::thread([this] { Run(); });
  }
}

ProgressLine::~ProgressLine() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ProgressLine::Run() {
  const bool overwrite = console_->overwrites();
  const auto interval = overwrite ? std::chrono::milliseconds(100)
                                  : std::chrono::milliseconds(30'000);
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock<std::mutex> lock(mutex_);
  while (!wake_.wait_for(lock, interval, [this] { return done_; })) {
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
            .count();
    const std::string line = describe_(seconds);
    if (overwrite) {
      const TextStyle style = console_->style();
      fmt::print(stderr, "\r{}\x1b[K",
                 FitColumns(Printable(line), style.columns - 1, style));
    } else {
      console_->Info(line);
    }
  }
  if (overwrite) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace mispsift
