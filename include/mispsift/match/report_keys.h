#ifndef MISPSIFT_MATCH_REPORT_KEYS_H_
#define MISPSIFT_MATCH_REPORT_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "mispsift/base/digest.h"
#include "mispsift/match/index.h"
#include "mispsift/model/indicator.h"
#include "mispsift/normalize/public_suffixes.h"

namespace mispsift {

// By what a report can be matched, whatever the indicators: small enough to be
// kept of every report that was ever scanned, so that tomorrow's indicators are
// asked about it without reading it again.
//
//   keys    = count coded addresses ssdeeps
//   coded   Elias-Fano code of the sorted keys: remainder{count} heads
//   remainder = the low kRemainderBits of a number, little-endian
//   heads   2 * count bits, each byte's lowest first: that of the i-th number,
//           from 0 on, is set at its quotient + i
//   addresses, ssdeeps = count { text }
// with numbers and texts as base/counted_text.h has them.
//
// A key is what the index would be asked for (KeyDigest().low): the value, of a
// host also each domain above it. Of n keys each is kept as a number below
// n * 2^kRemainderBits, in proportion. So a key costs two bits more than
// kRemainderBits, most of them are passed over 64 heads at a time, and a report
// seems to hold an indicator that it does not hold one time in 2^
// kRemainderBits: with a thousand new indicators three reports in two hundred.
// Ten bits a key would be half as much; but then nearly every report would seem
// to hold one of a thousand, and be read again.
// Networks and ssdeep are not compared by key, so addresses and ssdeep values
// are kept as they are.
inline constexpr int kRemainderBits = 16;  // whole bytes

// Gathers the keys of one report while it is read.
//
// Threads: one collector per worker.
class ReportKeyCollector {
 public:
  // `suffixes` must outlive it.
  explicit ReportKeyCollector(const PublicSuffixes* suffixes)
      : suffixes_(*suffixes) {}

  void Observe(const Observation& observation);
  // Appends what was gathered to `*out`. The collector is then as new.
  void Take(std::string* out);
  // Forgets what a report that was then rejected has shown.
  void Clear();

 private:
  void Add(IndicatorKind kind, KeyForm form, std::string_view value);

  const PublicSuffixes& suffixes_;
  absl::flat_hash_set<Digest> seen_;  // exact values within kind and form
  std::vector<uint64_t> keys_;
  std::vector<std::string> addresses_;
  std::vector<std::string> ssdeeps_;
  std::string host_;
  std::string scratch_;
};

// Asks reports' keys about the indicators of an index.
//
// Threads: thread-compatible; the index, which must outlive it, is shared.
class ReportKeyQuery {
 public:
  explicit ReportKeyQuery(const Index* index);

  // Replaces `*rows` by the attributes that the report may match, ascending:
  // all that it does match, and seldom another.
  // Errors: kDataLoss when these are no keys.
  absl::Status Find(std::string_view keys, std::vector<uint32_t>* rows);

 private:
  void AddRows(uint64_t key, std::vector<uint32_t>* rows) const;
  absl::Status FindKeys(std::string_view coded, uint64_t count,
                        std::vector<uint32_t>* rows) const;
  void FindNetworks(std::string_view address, std::vector<uint32_t>* rows);
  void FindSimilar(std::string_view ssdeep, std::vector<uint32_t>* rows);

  const Index& index_;
  std::vector<uint64_t> keys_;  // of the index, ascending
  std::string network_;
  std::string scratch_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MATCH_REPORT_KEYS_H_
