#include "tools/mispsift/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "mispsift/base/file.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/pipeline/exit_code.h"

namespace mispsift {
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
    : console_(console),
      describe_(std::move(describe)),
      terminal_(isatty(STDERR_FILENO) == 1) {
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
  const bool overwrite = terminal_ && !console_->options().json_log;
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
      fmt::print(stderr, "\r{}\x1b[K", line);
    } else {
      console_->Info(line);
    }
  }
  if (overwrite) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace mispsift
