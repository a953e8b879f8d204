#include "mispsift/base/json_writer.h"

#include <rapidjson/writer.h>

#include <cmath>

#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

// RapidJSON's output stream over a string.
class StringStream {
 public:
  using Ch = char;
  explicit StringStream(std::string* out) : out_(out) {}
  void Put(char c) { out_->push_back(c); }
  void Flush() {}

 private:
  std::string* out_;
};

}  // namespace

struct JsonWriter::Impl {
  explicit Impl(std::string* out) : stream(out), writer(stream) {}

  StringStream stream;
  rapidjson::Writer<StringStream> writer;
  std::string scratch;
};

JsonWriter::JsonWriter(std::string* out) : impl_(std::make_unique<Impl>(out)) {}
JsonWriter::~JsonWriter() = default;

JsonWriter& JsonWriter::StartObject() {
  impl_->writer.StartObject();
  return *this;
}
JsonWriter& JsonWriter::EndObject() {
  impl_->writer.EndObject();
  return *this;
}
JsonWriter& JsonWriter::StartArray() {
  impl_->writer.StartArray();
  return *this;
}
JsonWriter& JsonWriter::EndArray() {
  impl_->writer.EndArray();
  return *this;
}
JsonWriter& JsonWriter::Key(std::string_view key) {
  return String(key);  // RapidJSON writes a key as it writes a string
}
JsonWriter& JsonWriter::String(std::string_view value) {
  const std::string_view text = ReplaceInvalidUtf8(value, &impl_->scratch);
  impl_->writer.String(text.empty() ? "" : text.data(),
                       static_cast<rapidjson::SizeType>(text.size()));
  return *this;
}
JsonWriter& JsonWriter::Int(int64_t value) {
  impl_->writer.Int64(value);
  return *this;
}
JsonWriter& JsonWriter::Uint(uint64_t value) {
  impl_->writer.Uint64(value);
  return *this;
}
JsonWriter& JsonWriter::Double(double value) {
  // JSON has no word for what is not finite.
  std::isfinite(value) ? impl_->writer.Double(value) : impl_->writer.Null();
  return *this;
}
JsonWriter& JsonWriter::Bool(bool value) {
  impl_->writer.Bool(value);
  return *this;
}
JsonWriter& JsonWriter::Null() {
  impl_->writer.Null();
  return *this;
}
JsonWriter& JsonWriter::Raw(std::string_view json) {
  impl_->writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  return *this;
}
JsonWriter& JsonWriter::StringOrNull(std::string_view value) {
  return value.empty() ? Null() : String(value);
}
void JsonWriter::Reset() { impl_->writer.Reset(impl_->stream); }

}  // namespace mispsift
