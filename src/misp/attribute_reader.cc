#include "mispsift/misp/attribute_reader.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>

#include <utility>

#include "src/misp/attribute_handler.h"
#include "src/misp/json_limits.h"

namespace mispsift::misp {
namespace {

// Another document may follow.
constexpr unsigned kParseFlags = kJsonFlags | rapidjson::kParseStopWhenDoneFlag;

// How documents follow one another. The first one that is whole decides.
enum class Layout {
  kUndecided,
  kLines,  // it ended on the line it began on: one document a line
  kFree,   // newlines are white space
};

class InputReader {
 public:
  InputReader(std::string_view source_name, ByteSource read,
              Snapshot::Builder* builder)
      : source_name_(source_name),
        stream_(read, kMaxTokenBytes),
        builder_(builder),
        handler_(&stream_, builder) {}

  absl::StatusOr<ReadAttributesOutcome> Read() {
    bool more = true;
    while (more && stream_.SkipBlank()) more = ReadDocument();
    if (!stream_.status().ok()) return stream_.status();
    if (outcome_.documents == 0 && outcome_.rejects.Total() == 0) {
      AddRejected({std::string(source_name_), Reject::kEmpty,
                   "nothing but white space"});
    }
    return std::move(outcome_);
  }

 private:
  // False when what follows cannot be read.
  bool ReadDocument() {
    first_line_ = stream_.Line();
    const uint64_t added = builder_->added();
    handler_.BeginDocument();
    const rapidjson::ParseResult result =
        json_.Parse<kParseFlags>(stream_, handler_);
    if (!stream_.status().ok() || result.IsError()) {
      handler_.AbandonDocument();
      return stream_.status().ok() && Recover(result);
    }
    if (layout_ == Layout::kUndecided) {
      layout_ = AtFirstLine() ? Layout::kLines : Layout::kFree;
      if (layout_ == Layout::kLines) stream_.SetLinesMode();
    }
    if (!handler_.holds_misp()) {
      handler_.AbandonDocument();
      AddRejected({Place(), Reject::kNotMisp,
                   "JSON without attributes or events of MISP's"});
      return true;
    }
    handler_.CommitDocument();
    ++outcome_.documents;
    outcome_.attributes += builder_->added() - added;
    outcome_.rejects += handler_.rejects();
    for (const RejectedRecord& record : handler_.rejected()) {
      List({Place(record.line), record.reject, record.detail});
    }
    return true;
  }

  // Says what is wrong with the document and finds the next one.
  bool Recover(const rapidjson::ParseResult& result) {
    const bool within_line = layout_ != Layout::kFree && AtFirstLine();
    Reject reject = Reject::kNotJson;
    std::string problem = rapidjson::GetParseError_En(result.Code());
    // A line was cut short when the next one begins where it should go on.
    bool resume_here = false;
    if (handler_.too_deep()) {
      reject = Reject::kTooDeep;
      problem = fmt::format("nested deeper than {}", kMaxDepth);
    } else if (stream_.token_too_long()) {
      reject = Reject::kTooLarge;
      problem = fmt::format("a string of over {} bytes", kMaxTokenBytes);
    } else if (stream_.AtEnd() || (within_line && stream_.Peek() == '\n')) {
      reject = Reject::kTruncated;
      problem = "it ends within a document";
    } else if (layout_ == Layout::kUndecided && stream_.AtLineStart() &&
               stream_.Line() == first_line_ + 1 && stream_.Peek() == '{') {
      reject = Reject::kTruncated;
      problem = "the line ends within a document";
      resume_here = true;
    } else if (static_cast<unsigned char>(stream_.Peek()) < 0x20 &&
               result.Code() == rapidjson::kParseErrorStringEscapeInvalid) {
      problem = "a raw control character in a string";
    }
    AddRejected({resume_here ? Place(first_line_) : Place(), reject,
                 fmt::format("{} (line {}, byte {})", problem, stream_.Line(),
                             result.Offset())});
    if (resume_here) {
      layout_ = Layout::kLines;
      stream_.SetLinesMode();
      return true;
    }
    if (!within_line) return false;
    stream_.NextLine();
    return true;
  }

  bool AtFirstLine() { return stream_.Line() == first_line_; }

  // A line is named only where a document is a line.
  std::string Place() {
    return layout_ != Layout::kFree && AtFirstLine()
               ? Place(first_line_)
               : std::string(source_name_);
  }
  std::string Place(uint64_t line) {
    return layout_ == Layout::kFree ? std::string(source_name_)
                                    : fmt::format("{}:{}", source_name_, line);
  }

  void AddRejected(Rejected rejected) {
    outcome_.rejects.Add(rejected.reject);
    List(std::move(rejected));
  }
  void List(Rejected rejected) {
    if (outcome_.rejected.size() < kMaxListed) {
      outcome_.rejected.push_back(std::move(rejected));
    }
  }

  std::string_view source_name_;
  JsonStream stream_;
  JsonReader json_;
  Snapshot::Builder* builder_;
  AttributeHandler handler_;
  Layout layout_ = Layout::kUndecided;
  uint64_t first_line_ = 1;
  ReadAttributesOutcome outcome_;
};

}  // namespace

absl::StatusOr<ReadAttributesOutcome> ReadAttributes(
    std::string_view source_name, ByteSource read, Snapshot::Builder* builder) {
  return InputReader(source_name, read, builder).Read();
}

}  // namespace mispsift::misp
