#ifndef MISPSIFT_BASE_JSON_WRITER_H_
#define MISPSIFT_BASE_JSON_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mispsift {

// Appends one compact JSON value after another to a string. Whatever bytes it
// is given, the output is valid UTF-8: what is not becomes U+FFFD.
//
//   std::string line;
//   JsonWriter json(&line);
//   json.StartObject();
//   json.Key("value").String("evil.example");
//   json.EndObject();
//
// Lifetime: `out` outlives the writer. Threads: one writer, one thread.
class JsonWriter {
 public:
  explicit JsonWriter(std::string* out);
  ~JsonWriter();
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& StartObject();
  JsonWriter& EndObject();
  JsonWriter& StartArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);
  JsonWriter& String(std::string_view value);
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  // A value that is JSON already.
  JsonWriter& Raw(std::string_view json);
  // String, or null when empty.
  JsonWriter& StringOrNull(std::string_view value);
  // Ready for the next top-level value, such as the next line.
  void Reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_BASE_JSON_WRITER_H_
