#ifndef MISPSIFT_SRC_NORMALIZE_MISP_MASSAGE_H_
#define MISPSIFT_SRC_NORMALIZE_MISP_MASSAGE_H_

#include <string>

namespace mispsift {

// How MISP changes values of its types before it checks them; which type gets
// which stands in the table in misp_rules.cc. All work in place.

void Keep(std::string* value);
void Lower(std::string* value);
void Upper(std::string* value);
void StripColonsAndLower(std::string* value);
void EnDashToHyphenAndUpper(std::string* value);
void KeepDigits(std::string* value);
void UpperAndKeepAlnum(std::string* value);
// "0049 (0)30 1" becomes "+49301".
void TidyPhone(std::string* value);
// "AA-BB-CC" becomes "aa:bb:cc".
void PairWithColons(std::string* value);
// IPv6 is compressed; "/32" of IPv4 and "/128" of IPv6 go; host bits stay.
void TidyIp(std::string* value);
// Lower case, no dots at the ends, punycode where it is no domain name yet.
void TidyDomain(std::string* value);
void TidyDomainIp(std::string* value);
// "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1 port 80" and other ways to
// write an address and a port become "address|port".
void TidyIpPort(std::string* value);
void LowerAndColonsToBars(std::string* value);
// "AS64496" becomes "64496", and "1.10" 65546.
void TidyAutonomousSystem(std::string* value);
void TidyBoolean(std::string* value);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_MISP_MASSAGE_H_
