#ifndef MISPSIFT_TOOLS_TERMINAL_AMOUNTS_H_
#define MISPSIFT_TOOLS_TERMINAL_AMOUNTS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace mispsift {

// Amounts as a person reads them.

// "1,234,567"
std::string CountText(uint64_t count);
// "1,234 reports", "1 report"
std::string CountText(uint64_t count, std::string_view singular,
                      std::string_view plural);
// "512 B", "45.6 MB": thousands, not 1024s.
std::string BytesText(double bytes);
// "23 ms", "0.4 s", "12 s", "2 min 5 s", "3 h 12 min"
std::string DurationText(double seconds);
// "1,203", "4.5": of something a second.
std::string RateText(double count, double seconds);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_TERMINAL_AMOUNTS_H_
