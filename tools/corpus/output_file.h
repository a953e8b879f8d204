#ifndef MISPSIFT_TOOLS_CORPUS_OUTPUT_FILE_H_
#define MISPSIFT_TOOLS_CORPUS_OUTPUT_FILE_H_

#include <cstdio>
#include <string>
#include <string_view>

namespace mispsift::corpus {

// A file that is written piece by piece. The first failure is remembered, and
// nothing is written after it.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void Write(std::string_view bytes);
  // False, with a message on stderr, when anything failed.
  bool Close();

 private:
  const std::string path_;
  std::FILE* file_;
  int error_ = 0;  // an errno
};

// Creates the file or replaces it. False, with a message, when that failed.
bool WriteFile(const std::string& path, std::string_view bytes);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_OUTPUT_FILE_H_
