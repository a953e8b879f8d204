#include "src/cuckoo/archive_names.h"

#include <algorithm>
#include <initializer_list>

namespace mispsift {
namespace {

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerAscii);
  return lower;
}

bool EndsWithAny(std::string_view text,
                 std::initializer_list<std::string_view> endings) {
  return std::any_of(
      endings.begin(), endings.end(),
      [text](std::string_view ending) { return text.ends_with(ending); });
}

template <size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string_view WithoutCompression(std::string_view name) {
  for (const std::string_view ending : {".gz", ".bz2", ".xz", ".zst"}) {
    if (name.ends_with(ending)) {
      return name.substr(0, name.size() - ending.size());
    }
  }
  return name;
}

bool IsNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

// Source: cuckoo 2.0.7 storage/analyses/<id>, CAPEv2 modules/reporting and
// ETW, cuckoo3 storage/analyses/<date>/<id>.
constexpr std::string_view kSiblings[] = {
    "task.json",           "files.json",      "reboot.json",
    "lite.json",           "iocs.json",       "misp.json",
    "misp_attribute.json", "misp_event.json", "analysis.json",
    "identification.json", "machine.json",    "filetree.json",
    "dump_sorted.json",
};

// Folders of an analysis in which names or contents come from the sample.
constexpr std::string_view kSampleFolders[] = {
    "files",         "cape",   "procdump",  "selfextracted",
    "package_files", "buffer", "extracted", "memory",
    "dropped",       "logs",   "shots",
};

// Files that only the top of an analysis folder has.
constexpr std::string_view kAnalysisMarkers[] = {
    "task.json",  "analysis.json", "analysis.log",     "analysis.conf",
    "cuckoo.log", "dump.pcap",     "dump_sorted.pcap", "files.json",
    "binary",     "reboot.json",   "tlsmaster.txt",
};

bool IsSiblingInLowerCase(std::string_view name) {
  const std::string_view plain = WithoutCompression(name);
  return Contains(kSiblings, plain) || plain.ends_with("_etw.json");
}

}  // namespace

NameKind KindOfName(std::string_view name) {
  const std::string lower = Lower(name);
  if (EndsWithAny(WithoutCompression(lower), {".json", ".jsonl", ".ndjson"})) {
    return NameKind::kDocument;
  }
  if (lower.ends_with(".json.zip")) return NameKind::kZippedDocument;
  if (EndsWithAny(lower, {".tar", ".tgz", ".tbz2", ".txz", ".tzst", ".tar.gz",
                          ".tar.bz2", ".tar.xz", ".tar.zst", ".zip", ".7z"})) {
    return NameKind::kArchive;
  }
  return NameKind::kOther;
}

bool IsSandboxSibling(std::string_view name) {
  return IsSiblingInLowerCase(Lower(name));
}

bool IsSandboxArchive(std::string_view name) {
  return name == "target.zip" || name == "evtx.zip" || name == "memory.dmp.zip";
}

bool IsTaskFolder(std::string_view name) {
  return name.starts_with("task_") && IsNumber(name.substr(5));
}

std::string_view BaseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool LooksLikeJson(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  const size_t first = head.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && head[first] == '{';
}

bool IsGzip(std::string_view head) { return head.starts_with("\x1f\x8b"); }

bool IsZstd(std::string_view head) {
  // A frame, or one to skip, as those who compress in parallel begin with.
  return head.starts_with("\x28\xb5\x2f\xfd") ||
         (head.size() > 3 && (head[0] & 0xf0) == 0x50 &&
          head.substr(1).starts_with("\x2a\x4d\x18"));
}

bool IsCompressed(std::string_view head) {
  using namespace std::string_view_literals;  // the magic of xz has a NUL
  return IsGzip(head) || head.starts_with("BZh") ||
         head.starts_with(
             "\xfd"
             "7zXZ\0"sv) ||
         IsZstd(head);
}

bool IsContainer(std::string_view head) {
  constexpr size_t kTarMagicOffset = 257;
  return head.starts_with("PK\3\4") || head.starts_with("PK\5\6") ||
         head.starts_with("7z\xbc\xaf\x27\x1c") ||
         (head.size() > kTarMagicOffset &&
          head.substr(kTarMagicOffset).starts_with("ustar"));
}

void MemberRules::Split(std::string_view path) {
  lower_ = Lower(path);
  parts_.clear();
  std::string_view rest = lower_;
  while (!rest.empty()) {
    const size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, slash);
    if (!part.empty() && part != ".") parts_.push_back(part);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
}

void MemberRules::NoteAnalysis() {
  size_t depth = parts_.size() - 1;
  const std::string_view name = parts_.back();
  if (depth > 0 && parts_[depth - 1] == "reports" &&
      std::find(kReportNames.begin(), kReportNames.end(), name) !=
          kReportNames.end()) {
    --depth;
  } else if (!Contains(kAnalysisMarkers, name)) {
    return;
  }
  in_analysis_ = true;
  const auto end = parts_.begin() + static_cast<ptrdiff_t>(depth);
  if (!std::equal(parts_.begin(), end, analysis_.begin(), analysis_.end())) {
    analysis_.assign(parts_.begin(), end);
  }
}

bool MemberRules::Excludes(std::string_view path) {
  Split(path);
  if (parts_.empty()) return false;
  const size_t folders = parts_.size() - 1;
  const size_t below = analysis_.size();
  if (in_analysis_ && folders > below &&
      Contains(kSampleFolders, parts_[below]) &&
      std::equal(analysis_.begin(), analysis_.end(), parts_.begin())) {
    return true;
  }
  for (size_t i = 0; i < folders; ++i) {
    if (parts_[i] == "__macosx") return true;  // resource forks
    if (i > 0 && Contains(kSampleFolders, parts_[i]) &&
        (IsNumber(parts_[i - 1]) || IsTaskFolder(parts_[i - 1]))) {
      return true;
    }
  }
  // Only now: what a sample dropped must not move the analysis folder.
  NoteAnalysis();
  const std::string_view name = parts_.back();
  if (IsSiblingInLowerCase(name)) return true;
  const std::string_view parent = folders > 0 ? parts_[folders - 1] : "";
  return (parent == "etw" || parent == "aux") &&
         WithoutCompression(name).ends_with(".json");
}

}  // namespace mispsift
