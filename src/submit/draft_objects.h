#ifndef MISPSIFT_SRC_SUBMIT_DRAFT_OBJECTS_H_
#define MISPSIFT_SRC_SUBMIT_DRAFT_OBJECTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "mispsift/model/report.h"
#include "mispsift/submit/event_drafts.h"
#include "src/submit/part_builder.h"

namespace mispsift {

// What of an analysis becomes a MISP object. Each is built with what of its
// values may be sent; `builder` lists the rest.

// About its strongest hash. `category` is that of hashes and names. None when
// nothing that tells the file from others may be sent.
std::optional<PartObject> FileObject(const FileFacts& file,
                                     std::string_view category,
                                     std::string_view comment,
                                     const SampleFile* sample,
                                     PartBuilder* builder);

// The malware-sample attribute of a sample; nothing when it may not be sent,
// and then it is listed. Its name, where that cannot be stored, is its MD5.
std::optional<DraftAttribute> SampleAttribute(const SampleFile& sample,
                                              PartBuilder* builder);

// A domain with an address; `ip` may be empty.
PartObject DomainIpObject(std::string_view domain, std::string_view ip,
                          std::string_view comment, PartBuilder* builder);

PartObject UrlObject(std::string_view url, std::string_view comment,
                     PartBuilder* builder);

// `results`: what is told of the malware.
PartObject SandboxReportObject(const ReportFields& fields, bool results,
                               PartBuilder* builder);

PartObject SignatureObject(const ReportFields& fields,
                           const SignatureFacts& signature,
                           PartBuilder* builder);

// "description - (mark, mark); TTP: T1547", on one line.
std::string SignatureText(const SignatureFacts& signature);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_DRAFT_OBJECTS_H_
