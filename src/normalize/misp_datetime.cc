// MISP's datetime values: "2018-04-10", or that and "T" or a blank and
// "14:41", seconds and a fraction of them if any, and the offset from UTC
// ("Z", "+0200", "+02:00") if any; without one it is UTC. Stored with
// microseconds and the offset. PHP reads much more ("tomorrow"); nothing that
// mispsift sends needs it.

#include "src/normalize/misp_datetime.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>

#include "src/normalize/ip_address.h"

namespace mispsift {
namespace {

struct Datetime {
  uint32_t year, month, day;
  uint32_t hour = 0, minute = 0, second = 0;
  std::string microseconds = "000000";
  char offset_sign = '+';
  uint32_t offset_hour = 0, offset_minute = 0;
};

// Eats what it reads off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool AtEnd() const { return text_.empty(); }
  bool Literal(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits, a number up to `max`.
  bool Number(size_t count, uint32_t max, uint32_t* number) {
    if (text_.size() < count ||
        !ParseNumber(text_.substr(0, count), max, number)) {
      return false;
    }
    text_.remove_prefix(count);
    return true;
  }
  std::string_view Digits() {
    const size_t end = text_.find_first_not_of("0123456789");
    const std::string_view digits = text_.substr(0, end);
    text_.remove_prefix(digits.size());
    return digits;
  }

 private:
  std::string_view text_;
};

bool ReadTime(Reader* reader, Datetime* out) {
  if (!reader->Number(2, 23, &out->hour) || !reader->Literal(':') ||
      !reader->Number(2, 59, &out->minute)) {
    return false;
  }
  if (!reader->Literal(':')) return true;
  if (!reader->Number(2, 59, &out->second)) return false;
  if (!reader->Literal('.')) return true;
  out->microseconds = reader->Digits().substr(0, 6);
  if (out->microseconds.empty()) return false;
  out->microseconds.resize(6, '0');
  return true;
}

bool ReadOffset(Reader* reader, Datetime* out) {
  if (reader->AtEnd() || reader->Literal('Z')) return true;
  if (reader->Literal('-')) {
    out->offset_sign = '-';
  } else if (!reader->Literal('+')) {
    return false;
  }
  if (!reader->Number(2, 14, &out->offset_hour)) return false;
  if (reader->AtEnd()) return true;
  reader->Literal(':');
  return reader->Number(2, 59, &out->offset_minute);
}

bool ReadDatetime(std::string_view text, Datetime* out) {
  Reader reader(text);
  if (!reader.Number(4, 9999, &out->year) || !reader.Literal('-') ||
      !reader.Number(2, 12, &out->month) || !reader.Literal('-') ||
      !reader.Number(2, 31, &out->day)) {
    return false;
  }
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(out->year)),
      std::chrono::month(out->month), std::chrono::day(out->day));
  if (!date.ok()) return false;
  if (reader.AtEnd()) return true;
  if (!reader.Literal('T') && !reader.Literal(' ')) return false;
  return ReadTime(&reader, out) && ReadOffset(&reader, out) && reader.AtEnd();
}

}  // namespace

bool IsDatetime(std::string_view text) {
  Datetime datetime;
  return ReadDatetime(text, &datetime);
}

void TidyDatetime(std::string* value) {
  Datetime t;
  if (!ReadDatetime(*value, &t)) return;
  *value =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{}{}{:02}{:02}", t.year,
                  t.month, t.day, t.hour, t.minute, t.second, t.microseconds,
                  t.offset_sign, t.offset_hour, t.offset_minute);
}

}  // namespace mispsift
