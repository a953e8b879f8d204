#ifndef MISPSIFT_NORMALIZE_NORMALIZE_H_
#define MISPSIFT_NORMALIZE_NORMALIZE_H_

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/digest.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

struct AttributeType;

// The one canonicaliser: attributes and observables get their keys here and
// nowhere else.
//
//   attribute (type, value) -StoreLikeMisp-> what MISP would store
//                           -IndicatorsOf--> indicators (kind, form, value)
//   report    (kind, text)  -Canonicalize--> observation value
//   both                    -KeyDigest-----> what the index is keyed by

// What a real MISP does with a value on save.
struct MispStored {
  bool kept = false;
  std::string value;         // as stored, when kept
  std::string_view refusal;  // why not, in a few words, when not kept
};

// Source: MISP 2.5.1, as observed (facts: misp-stores) and as read. A type
// that MISP does not have is refused.
MispStored StoreLikeMisp(std::string_view type, std::string_view value);

// Why an attribute gives no indicator. Such an attribute is kept and counted.
enum class Unmatchable : uint8_t {
  kNo,            // it gives at least one
  kUnknownType,   // MISP has no such type
  kNotAValue,     // the type names nothing a report could show: comment, yara
  kInvalidValue,  // the value breaks its type's rule
  kCount,
};

std::string_view UnmatchableName(Unmatchable reason);

// Replaces `*indicators` by what an attribute is looked for by. Never fails:
// when nothing comes out, the return value says why.
//
// Rules beyond MISP's own: a host loses its dots at either end and is put in
// punycode whatever its type; a host that is an IP address feeds kIp; a url
// that is a bare host feeds kHost; an address with a prefix is kNetwork with
// its host bits cleared; a v4-mapped IPv6 address is its IPv4 address; both
// halves of a composite are taken, ip|port, hostname|port and regkey|value
// excepted: ip|port and regkey|value need both, of hostname|port only the host
// counts. Kinds that do not say themselves what they are (mutex, named pipe,
// user agent, pdb, bare file name) come a second time as kWholeString.
Unmatchable IndicatorsOf(std::string_view type, std::string_view value,
                         std::vector<Indicator>* indicators);
// The same for one who asks about many values of a type: what
// FindAttributeType() says of it.
Unmatchable IndicatorsOf(const AttributeType* type, std::string_view value,
                         std::vector<Indicator>* indicators);

// Writes the canonical form of `text`, read as one of `*kind`, to `*canonical`
// (replaced). False when it is none. May change `*kind` to a neighbour: a
// host that is an IP address becomes kIp, a url that is a bare host kHost, a
// file name with a folder kFilepath and back. A network is not an observable.
//
// Threads: any. Allocates only when `*canonical` has to grow.
bool Canonicalize(std::string_view text, IndicatorKind* kind,
                  std::string* canonical);

// The last component of a canonical kFilepath ("evil.exe"); empty if it ends
// in a separator. A view into `path`.
std::string_view Basename(std::string_view path);

// Whether `text` has only bytes that a url's scheme may have.
bool IsSchemeText(std::string_view text);

// What stands behind "://" in a canonical kUrl; empty if there is none.
std::string_view WithoutScheme(std::string_view url);

// The host of a canonical kUrl as it is spelled there: behind the user, before
// the port, out of brackets. A view into `url`.
std::string_view HostInUrl(std::string_view url);

// Whether a canonical kUrl says its scheme: "http://x" and "mailto:x" do,
// "evil.example:8080/x", "localhost:80" and "evil.example/x" do not.
bool NamesItsScheme(std::string_view url);

// The network of `prefix_bits` around a canonical kIp, as kNetwork values
// spell it ("192.0.2.0/24"). `ip` must be canonical and of that family.
void NetworkOf(std::string_view ip, int prefix_bits, std::string* network);

// The prefix length of a kNetwork value.
int PrefixBitsOf(std::string_view network);

// True for IPv6.
bool IsIpv6(std::string_view canonical_ip);

// True when all of a canonical kIp or of the network lies in private,
// loopback, link-local, shared (CGNAT), multicast, broadcast or unspecified
// space. The documentation ranges are not special: samples and tests use them.
bool IsSpecialUse(std::string_view canonical_ip_or_network);

// Folds a canonical value the way MISP's database compares (Unicode collation,
// first level: case, accents, width, ligatures; blanks at the end do not
// count). Replaces `*folded`. Values of kinds that are folded by nature
// (hashes, addresses, hosts) are copied.
// Source: utf8mb3_unicode_ci as observed (facts: misp-correlates).
void Fold(IndicatorKind kind, KeyForm form, std::string_view canonical,
          std::string* folded);

// How a text is folded as a whole, so that a value that stands in it, in
// whatever spelling, is found there by the bytes of its own fold.
enum class TextFold : uint8_t {
  kDatabase,   // as Fold() does with values that are folded
  kWords,      // likewise, but wide punctuation becomes U+0001: it parts words
  kHosts,      // as IDNA reads host names: what shows nothing is nothing, an
               // ideographic full stop is a dot, and marks, which have an order
               // of their own there, are nothing
  kHostWords,  // likewise, but parted as in kWords
};
// Replaces `*folded`; blanks at the end stay. ASCII becomes lower case. Folding
// parts of a text gives the parts of its fold.
void FoldText(TextFold fold, std::string_view text, std::string* folded);

// Writes the folds of a text that is not ASCII, each text once, and returns how
// many that are; the first is kDatabase's. The others keep their memory.
size_t FoldEveryWay(std::string_view text, std::array<std::string, 4>* folds);

// Characters of two and three bytes in UTF-8, by their code points.
using WideCharacters = std::bitset<0x10000>;

// Adds those of `utf8`, which is well-formed.
void AddWideCharacters(std::string_view utf8, WideCharacters* characters);

// Those of which folding may leave one of `folded`, ASCII, a character of four
// bytes, or nothing. A text without any of these, nor a character of four
// bytes, says no more when it is folded, to who looks for ASCII and `folded`
// alone.
WideCharacters FoldedTo(const WideCharacters& folded);

// Where the first of `characters`, or a character of four bytes, stands in
// `text` from `at` on, where a character begins, once it is read as FoldText()
// does; npos where none does.
size_t FindWide(std::string_view text, size_t at,
                const WideCharacters& characters);

// The host that a canonical kHost in punycode spells, in UTF-8; empty when it
// spells none but itself.
std::string UnicodeHost(std::string_view canonical);

// What a canonical value is compared by: spelled out (spell_out.h), then
// folded. Values of a kind and form whose compared forms are the same bytes
// match.
void ComparedForm(IndicatorKind kind, KeyForm form, std::string_view canonical,
                  std::string* compared);

// What the index is keyed by: the digest of the compared form within its kind
// and form (a key of kWholeString or kMispValue is the same for all kinds).
// `*scratch` is overwritten; it keeps the hot path free of allocation.
Digest KeyDigest(IndicatorKind kind, KeyForm form, std::string_view canonical,
                 std::string* scratch);

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_NORMALIZE_H_
