#include "mispsift/normalize/public_suffixes.h"

#include <fmt/format.h>
#include <libpsl.h>

#include <utility>

#include "mispsift/base/bytes.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"

namespace mispsift {
namespace {

constexpr uint64_t kMostBytes = uint64_t{64} << 20;

}  // namespace

struct PublicSuffixes::List {
  const psl_ctx_t* psl = psl_builtin();
  psl_ctx_t* owned = nullptr;
  std::string id;

  List() = default;
  List(const List&) = delete;
  ~List() { psl_free(owned); }
};

PublicSuffixes::PublicSuffixes(std::shared_ptr<const List> list)
    : list_(std::move(list)) {}

const PublicSuffixes& PublicSuffixes::BuiltIn() {
  static const PublicSuffixes* const built_in =
      new PublicSuffixes(std::make_shared<const List>());
  return *built_in;
}

absl::StatusOr<std::shared_ptr<const PublicSuffixes>> PublicSuffixes::Load(
    const std::string& path) {
  psl_ctx_t* const psl = psl_load_file(path.c_str());
  if (psl == nullptr) {
    return absl::NotFoundError(
        fmt::format("{}: cannot be read as a public suffix list", path));
  }
  auto list = std::make_shared<List>();
  list->psl = list->owned = psl;
  // A text of any other sort is a list of no rules, or of nonsense.
  if (psl_is_public_suffix2(psl, "com", PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) ==
      0) {
    return absl::InvalidArgumentError(
        fmt::format("{}: is no public suffix list (it lacks \"com\")", path));
  }
  PaddedBytes text;
  const absl::Status read = ReadFile(path, kMostBytes, &text);
  if (!read.ok()) return read;
  list->id = ToHex(DigestOf(0, text.view()));
  return std::shared_ptr<const PublicSuffixes>(
      new PublicSuffixes(std::move(list)));
}

const std::string& PublicSuffixes::id() const { return list_->id; }

std::string_view PublicSuffixes::RegistrableDomain(
    const std::string& host) const {
  const char* const domain = psl_registrable_domain(list_->psl, host.c_str());
  return domain == nullptr ? std::string_view() : std::string_view(domain);
}

}  // namespace mispsift
