#include "src/submit/part_builder.h"

#include <utility>

#include "src/submit/object_templates.h"

namespace mispsift {
namespace {

constexpr size_t kMaxCommentBytes = 1000;

}  // namespace

std::string PartBuilder::Comment(std::string_view own,
                                 std::string_view more) const {
  std::string comment;
  for (const std::string_view text : {own, more, std::string_view(origin_)}) {
    if (text.empty()) continue;
    if (!comment.empty()) comment.append("; ");
    comment.append(text);
  }
  return OneLine(comment, kMaxCommentBytes);
}

void PartBuilder::Add(const AttributeForm& form, std::string_view value) {
  if (value.empty()) return;
  JudgedValue judged = judge_.Judge(form.type, value);
  if (judged.left_out.has_value()) {
    LeaveOut(form.type, value, judged);
  } else {
    AddJudged(form, std::move(judged));
  }
}

void PartBuilder::AddJudged(const AttributeForm& form, JudgedValue judged) {
  DraftAttribute attribute;
  attribute.type = form.type;
  attribute.category = form.category;
  attribute.value = std::move(judged.stored);
  attribute.comment = Comment(form.comment, judged.comment);
  attribute.to_ids = form.to_ids;
  part_.attributes.push_back(std::move(attribute));
}

void PartBuilder::LeaveOut(std::string_view type, std::string_view value,
                           const JudgedValue& judged) {
  part_.left_out.push_back({report_id_, std::string(type), std::string(value),
                            *judged.left_out, judged.detail});
}

PartObject PartBuilder::NewObject(std::string_view name, std::string about,
                                  std::string_view comment) const {
  const ObjectTemplate& its = TemplateNamed(name);
  PartObject part;
  part.object.name = its.name;
  part.object.meta_category = its.meta_category;
  part.object.description = its.description;
  part.object.template_uuid = its.uuid;
  part.object.template_version = its.version;
  part.object.comment = Comment(comment, "");
  part.about = std::move(about);
  return part;
}

bool PartBuilder::AddTo(PartObject* part, std::string_view relation,
                        std::string_view value, std::string_view category) {
  if (value.empty()) return false;
  const TemplateRelation& its =
      RelationNamed(TemplateNamed(part->object.name), relation);
  JudgedValue judged = judge_.Judge(its.type, value);
  if (judged.left_out.has_value()) {
    LeaveOut(its.type, value, judged);
    return false;
  }
  DraftAttribute attribute;
  attribute.type = its.type;
  attribute.category =
      its.category == kPayloadDelivery ? category : its.category;
  attribute.value = std::move(judged.stored);
  attribute.comment = judged.comment;
  attribute.to_ids = its.to_ids;
  attribute.relation = relation;
  attribute.disable_correlation = !its.correlates;
  part->object.attributes.push_back(std::move(attribute));
  return true;
}

bool PartBuilder::AddObject(PartObject part) {
  if (!FulfilsTemplate(part.object)) return false;
  part_.objects.push_back(std::move(part));
  return true;
}

}  // namespace mispsift
