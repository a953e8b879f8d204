#ifndef MISPSIFT_NORMALIZE_SPELL_OUT_H_
#define MISPSIFT_NORMALIZE_SPELL_OUT_H_

#include <string>
#include <string_view>

#include "mispsift/model/indicator.h"

namespace mispsift {

// Writes what a canonical value of a kind that has several spellings is
// compared as to `*out` (replaced); the grammar is that of spell_out.cc. False,
// and `*out` is of no use, where it is compared as it stands. Case and accents
// are left to folding. Of a kWholeString what a mutex of that text would be; a
// kMispValue is compared as it stands.
//
// Threads: any.
bool SpellOut(IndicatorKind kind, KeyForm form, std::string_view canonical,
              std::string* out);

// Writes `text` to `*undone` (replaced) with each "%XX" that spells a letter, a
// digit or one of "-._~" undone, the others in upper case. False when that is
// `text` itself.
bool UndoPercent(std::string_view text, std::string* undone);

// Whether such a "%XX" stands at the head of `text`.
bool SpellsUnreserved(std::string_view text);

// Whether it is one of the ways to name a pipe to Windows' file functions:
// "\\.\pipe\x", "\??\pipe\x", "\Device\NamedPipe\x", ...
bool IsPipePath(std::string_view path);

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_SPELL_OUT_H_
