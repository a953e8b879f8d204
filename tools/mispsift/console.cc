#include "tools/mispsift/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

#include "mispsift/base/file.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/utf8.h"
#include "mispsift/pipeline/exit_code.h"

namespace mispsift {
namespace {

// The code point at the head of valid UTF-8, and its length.
char32_t CodePoint(std::string_view text, size_t* length) {
  const uint8_t lead = static_cast<uint8_t>(text[0]);
  *length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t code = *length == 1 ? lead : lead & (0x7fu >> *length);
  for (size_t i = 1; i < *length; ++i) {
    code = code << 6 | (static_cast<uint8_t>(text[i]) & 0x3fu);
  }
  return code;
}

bool IsUnprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string scratch;
  std::string_view valid = ReplaceInvalidUtf8(text, &scratch);
  std::string printable;
  while (!valid.empty()) {
    size_t length = 0;
    const char32_t code = CodePoint(valid, &length);
    if (!IsUnprintable(code)) {
      printable += valid.substr(0, length);
    } else if (code < 0x100) {
      printable += fmt::format("\\x{:02x}", static_cast<uint32_t>(code));
    } else {
      printable += fmt::format("\\u{{{:04x}}}", static_cast<uint32_t>(code));
    }
    valid.remove_prefix(length);
  }
  return printable;
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
