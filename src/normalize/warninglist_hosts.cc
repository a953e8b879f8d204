#include "src/normalize/warninglist_hosts.h"

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/byte_set.h"
#include "src/normalize/host.h"

namespace mispsift {
namespace {

constexpr ByteSet kNameBytes("abcdefghijklmnopqrstuvwxyz0123456789-._");

}  // namespace

IndicatorKind FoldHost(std::string_view text, std::string* host) {
  IndicatorKind kind = IndicatorKind::kHost;
  host->assign(text);
  if (CanonicalizeHost(host, &kind)) return kind;
  host->assign(text);
  TrimDots(host);
  ToPunycode(host);
  LowerAscii(host);
  return IndicatorKind::kHost;
}

bool IsHostName(std::string_view folded) {
  return !folded.empty() && kNameBytes.HoldsAllOf(folded);
}

}  // namespace mispsift
