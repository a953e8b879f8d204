#ifndef MISPSIFT_SRC_SUBMIT_SAMPLE_ZIP_H_
#define MISPSIFT_SRC_SUBMIT_SAMPLE_ZIP_H_

#include <string>
#include <string_view>

namespace mispsift {

// The archive that MISP keeps a malware-sample in: a zip under ZipCrypto with
// the password "infected", which keeps it from being run or quarantined and
// hides it from nobody.
//
//   <md5>                the bytes
//   <md5>.filename.txt   the name
//
// The same sample gives the same archive but for what ZipCrypto draws by lot:
// 12 bytes ahead of each entry, and with them all that is encrypted.
//
// Source: MISP's FileAccessTool and MispAttribute::handleMaliciousBase64.
std::string SampleZip(std::string_view name, std::string_view md5,
                      std::string_view bytes);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_SAMPLE_ZIP_H_
