#include "src/normalize/token_queue.h"

#include <algorithm>
#include <tuple>

#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

// Of these a token may hold others.
bool MakesRegion(IndicatorKind kind) {
  return kind == IndicatorKind::kUrl || kind == IndicatorKind::kFilepath ||
         kind == IndicatorKind::kRegkey;
}

}  // namespace

void TokenQueue::Push(IndicatorKind kind, size_t offset,
                      std::string_view text) {
  if (text.size() > kMaxBytes) return;
  const IndicatorKind asked = kind;
  if (!Canonicalize(text, &kind, &canonical_)) return;
  // A host may turn out to be an address. A path that is a bare name says
  // nothing of itself, and a url that is a bare host comes as such.
  if (kind != asked && asked != IndicatorKind::kHost) return;
  Add(kind, offset);
}

void TokenQueue::PushPath(IndicatorKind kind, size_t offset,
                          std::string_view text) {
  if (text.size() > kMaxBytes) return;
  Push(kind, offset, text);
  // The first two bytes stay: "\\\\server" starts with two.
  if (text.find("\\\\", 2) == std::string_view::npos) return;
  std::string& spelling = spelling_;
  spelling.assign(text);
  size_t kept = 2;
  for (size_t at = 2; at < spelling.size(); ++at) {
    if (spelling[at] != '\\' || spelling[kept - 1] != '\\') {
      spelling[kept++] = spelling[at];
    }
  }
  spelling.resize(kept);
  Push(kind, offset, spelling);
}

void TokenQueue::Add(IndicatorKind kind, size_t offset) {
  const bool is_part = regions_.Hold(offset) && !MakesRegion(kind);
  pending_.push_back(
      {offset, kind, values_.size(), canonical_.size(), is_part});
  values_.append(canonical_);
}

void TokenQueue::MarkParts(size_t from, size_t to) {
  if (size() == to) return;
  for (size_t i = from; i < to; ++i) pending_[i].is_part = true;
}

void TokenQueue::Show(size_t before,
                      absl::FunctionRef<void(const Token&)> visit) {
  std::vector<Pending>& pending = pending_;
  if (pending.empty()) return;
  const auto value = [this](const Pending& token) {
    return std::string_view(values_).substr(token.begin, token.length);
  };
  const auto key = [&value](const Pending& token) {
    return std::tuple(token.offset, token.kind, token.length, value(token));
  };
  if (pending.size() > 1) {
    std::sort(pending.begin(), pending.end(),
              [&key](const Pending& a, const Pending& b) {
                return std::tuple(key(a), a.is_part) <
                       std::tuple(key(b), b.is_part);
              });
  }
  size_t shown = 0;
  for (; shown < pending.size(); ++shown) {
    const Pending& token = pending[shown];
    if (token.offset >= before) break;
    if (shown > 0 && key(token) == key(pending[shown - 1])) continue;
    visit({token.kind, token.offset, value(token), token.is_part});
  }
  if (shown == pending.size()) {
    pending.clear();
    values_.clear();
    return;
  }
  canonical_.clear();
  pending.erase(pending.begin(),
                pending.begin() + static_cast<ptrdiff_t>(shown));
  for (Pending& token : pending) {
    const std::string_view kept = value(token);
    token.begin = canonical_.size();
    canonical_.append(kept);
  }
  values_.swap(canonical_);
}

}  // namespace mispsift
