#include "tools/corpus/output_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "fmt/format.h"

namespace mispsift::corpus {

OutputFile::OutputFile(std::string path)
    : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {
  if (file_ == nullptr) error_ = errno;
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void OutputFile::Write(std::string_view bytes) {
  if (error_ != 0) return;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
    error_ = errno;
  }
}

bool OutputFile::Close() {
  if (file_ != nullptr && std::fclose(file_) != 0 && error_ == 0) {
    error_ = errno;
  }
  file_ = nullptr;
  if (error_ == 0) return true;
  fmt::print(stderr, "make_corpus: {}: {}\n", path_, std::strerror(error_));
  return false;
}

bool WriteFile(const std::string& path, std::string_view bytes) {
  OutputFile file(path);
  file.Write(bytes);
  return file.Close();
}

}  // namespace mispsift::corpus
