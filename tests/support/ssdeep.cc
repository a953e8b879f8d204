#include "tests/support/ssdeep.h"

#include <fuzzy.h>

#include <algorithm>
#include <set>
#include <utility>

#include "src/match/ssdeep_table.h"

namespace mispsift {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t Below(size_t n, std::mt19937_64* random) {
  return std::uniform_int_distribution<size_t>(0, n - 1)(*random);
}

std::string RandomPart(size_t length, std::mt19937_64* random) {
  std::string part;
  while (part.size() < length) part += kBase64[Below(64, random)];
  return part;
}

struct Parts {
  std::string block_size;
  std::string first;
  std::string second;

  std::string Joined() const { return block_size + ":" + first + ":" + second; }
};

Parts Split(std::string_view ssdeep) {
  const size_t first = ssdeep.find(':');
  const size_t second = ssdeep.find(':', first + 1);
  return {std::string(ssdeep.substr(0, first)),
          std::string(ssdeep.substr(first + 1, second - first - 1)),
          std::string(ssdeep.substr(second + 1))};
}

// Whether libfuzzy's limits, and those of a block size, hold.
bool IsComparable(const std::string& ssdeep) {
  const std::string block_size = Split(ssdeep).block_size;
  const std::string digits = block_size.substr(
      std::min(block_size.find_first_not_of('0'), block_size.size()));
  return ssdeep.size() < FUZZY_MAX_RESULT && digits.size() <= 10 &&
         (digits.empty() || std::stoull(digits) <= 0xFFFFFFFF);
}

using Chunks = std::set<std::pair<uint64_t, std::string>>;

void AddChunks(uint64_t block_size, const std::string& part, Chunks* chunks) {
  std::string collapsed;
  for (const char c : part) {
    if (!collapsed.ends_with(std::string(3, c))) collapsed += c;
  }
  for (size_t at = 0; at + 7 <= collapsed.size(); ++at) {
    chunks->insert({block_size, collapsed.substr(at, 7)});
  }
}

Chunks ChunksOf(const std::string& ssdeep) {
  const Parts parts = Split(ssdeep);
  const uint64_t block_size = std::stoull(parts.block_size);
  Chunks chunks;
  AddChunks(block_size, parts.first, &chunks);
  AddChunks(2 * block_size, parts.second, &chunks);
  return chunks;
}

void MutatePart(size_t edits, std::string* part, std::mt19937_64* random) {
  for (; edits > 0; --edits) {
    const size_t at = Below(part->size() + 1, random);
    const bool can_replace = at < part->size();
    switch (Below(4, random)) {
      case 0:
        part->insert(at, 1, kBase64[Below(64, random)]);
        break;
      case 1:
        if (can_replace) part->erase(at, 1);
        break;
      case 2:
        if (can_replace) (*part)[at] = kBase64[Below(64, random)];
        break;
      default:
        if (can_replace && Below(4, random) == 0) {
          part->insert(at, 1 + Below(5, random), (*part)[at]);
        }
    }
  }
  if (part->size() > 64) part->resize(64);
}

}  // namespace

int SlowSsdeepScore(const std::string& a, const std::string& b) {
  if (a == b || !IsComparable(a) || !IsComparable(b)) return 0;
  const Chunks of_a = ChunksOf(a);
  const Chunks of_b = ChunksOf(b);
  const bool share_one = std::ranges::any_of(
      of_a, [&](const auto& chunk) { return of_b.contains(chunk); });
  const int score = fuzzy_compare(a.c_str(), b.c_str());
  return share_one && score >= SsdeepTable::kLeastScore ? score : 0;
}

std::string RandomSsdeep(std::mt19937_64* random) {
  const Parts parts = {std::to_string(uint64_t{3} << Below(14, random)),
                       RandomPart(5 + Below(60, random), random),
                       RandomPart(2 + Below(31, random), random)};
  return parts.Joined();
}

std::string MutatedSsdeep(std::string_view ssdeep, std::mt19937_64* random) {
  Parts parts = Split(ssdeep);
  const uint64_t block_size = std::stoull(parts.block_size);
  const size_t shift = Below(6, random);
  if (shift == 0) {
    parts = {std::to_string(2 * block_size), parts.second,
             RandomPart(16, random)};
  } else if (shift == 1 && block_size % 2 == 0) {
    parts = {std::to_string(block_size / 2), RandomPart(60, random),
             parts.first};
  } else if (shift == 2) {
    parts.block_size = std::to_string(4 * block_size);
  }
  const size_t edits = 1 + Below(Below(2, random) == 0 ? 6 : 50, random);
  MutatePart(edits, &parts.first, random);
  MutatePart(edits / 2, &parts.second, random);
  return parts.Joined();
}

std::shared_ptr<const SsdeepTable> SsdeepTableOf(
    std::vector<std::string> values) {
  return std::make_shared<const SsdeepTable>(std::move(values), RunOneByOne);
}

}  // namespace mispsift
