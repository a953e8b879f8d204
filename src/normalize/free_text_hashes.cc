// Hashes in free text.
//
// hash  maximal alnum run in a word, all hex, of a hash's length. Counts
//       everywhere: "<md5>.exe", in a path, in a url.

#include "src/normalize/free_text_hashes.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace mispsift {
namespace {

bool HashKind(size_t length, IndicatorKind* kind) {
  switch (length) {
    case 32:
      *kind = IndicatorKind::kMd5;
      return true;
    case 40:
      *kind = IndicatorKind::kSha1;
      return true;
    case 56:
      *kind = IndicatorKind::kSha224;
      return true;
    case 64:
      *kind = IndicatorKind::kSha256;
      return true;
    case 96:
      *kind = IndicatorKind::kSha384;
      return true;
    case 128:
      *kind = IndicatorKind::kSha512;
      return true;
    default:
      return false;
  }
}

bool IsHexRun(std::string_view run) {
  return std::all_of(run.begin(), run.end(), [](char c) {
    return kByteClasses[static_cast<uint8_t>(c)] & kHex;
  });
}

}  // namespace

void ReadHashes(FreeText text, size_t begin, size_t end, TokenQueue* tokens) {
  size_t run = begin;
  for (size_t at = begin; at <= end; ++at) {
    if (at < end && text.Is(at, kAlnum)) continue;
    IndicatorKind kind;
    if (HashKind(at - run, &kind) && IsHexRun(text.Slice(run, at))) {
      tokens->Push(kind, run, text.Slice(run, at));
    }
    run = at + 1;
  }
}

}  // namespace mispsift
