#ifndef MISPSIFT_SRC_SUBMIT_PART_BUILDER_H_
#define MISPSIFT_SRC_SUBMIT_PART_BUILDER_H_

#include <string>
#include <string_view>

#include "src/submit/draft_values.h"
#include "src/submit/event_assembler.h"

namespace mispsift {

inline constexpr std::string_view kPayloadDelivery = "Payload delivery";
inline constexpr std::string_view kNetworkActivity = "Network activity";
inline constexpr std::string_view kExternalAnalysis = "External analysis";
inline constexpr std::string_view kArtifactsDropped = "Artifacts dropped";
inline constexpr std::string_view kPersistence = "Persistence mechanism";
inline constexpr std::string_view kInternalReference = "Internal reference";

// How an attribute is sent, beside its value.
struct AttributeForm {
  std::string_view type;
  std::string_view category;
  bool to_ids = false;
  std::string_view comment = {};
};

// Gathers what one analysis brings to an event. An empty value is none.
//
// Lifetime: lists and fields outlive it. Threads: thread-compatible.
class PartBuilder {
 public:
  // `origin` ends every comment outside objects, and those of objects.
  PartBuilder(const ReportFields& fields, const ValueLists& lists,
              std::string origin)
      : report_id_(fields.report_id),
        judge_(lists, fields),
        origin_(std::move(origin)) {}

  const ValueJudge& judge() const { return judge_; }

  // Sends the value, or lists it as left out.
  void Add(const AttributeForm& form, std::string_view value);
  void AddJudged(const AttributeForm& form, JudgedValue judged);
  void LeaveOut(std::string_view type, std::string_view value,
                const JudgedValue& judged);

  // An object of the template, which is not of the part yet.
  PartObject NewObject(std::string_view name, std::string about,
                       std::string_view comment) const;
  // False when the value is left out, and listed. `category` stands in for the
  // template's where that is Payload delivery.
  bool AddTo(PartObject* part, std::string_view relation,
             std::string_view value,
             std::string_view category = kPayloadDelivery);
  // Unless it lacks what its template requires.
  bool AddObject(PartObject part);

  DraftPart& part() { return part_; }

 private:
  // Those that are not empty, parted by "; ", as MISP keeps it.
  std::string Comment(std::string_view own, std::string_view more) const;

  const std::string& report_id_;
  ValueJudge judge_;
  std::string origin_;
  DraftPart part_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_PART_BUILDER_H_
