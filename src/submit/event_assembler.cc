#include "src/submit/event_assembler.h"

#include <fmt/format.h>

#include "src/submit/draft_values.h"
#include "src/submit/object_templates.h"

namespace mispsift {
namespace {

// The value comes last in every name, so that none, whatever is in it, can be
// the end of one and the beginning of the next.
Uuid AttributeUuid(const Uuid& event, const DraftAttribute& attribute) {
  return UuidV5(kMispsiftNamespace,
                fmt::format("attribute\n{}\n{}\n{}", event.ToString(),
                            attribute.type, attribute.value));
}

Uuid ObjectUuid(const Uuid& event, std::string_view name,
                std::string_view about) {
  return UuidV5(kMispsiftNamespace, fmt::format("object\n{}\n{}\n{}",
                                                event.ToString(), name, about));
}

Uuid ObjectAttributeUuid(const Uuid& object, const DraftAttribute& attribute) {
  return UuidV5(kMispsiftNamespace,
                fmt::format("object attribute\n{}\n{}\n{}", object.ToString(),
                            attribute.relation, attribute.value));
}

Uuid ReferenceUuid(const Uuid& object, const Uuid& referenced,
                   std::string_view relationship) {
  return UuidV5(kMispsiftNamespace,
                fmt::format("reference\n{}\n{}\n{}", object.ToString(),
                            referenced.ToString(), relationship));
}

}  // namespace

EventAssembler::Key EventAssembler::KeyOf(const DraftAttribute& attribute) {
  return {"", "", attribute.type, FoldedValue(attribute.type, attribute.value)};
}

EventAssembler::Key EventAssembler::KeyOf(const PartObject& part,
                                          const DraftAttribute& attribute) {
  const TemplateRelation& relation =
      RelationNamed(TemplateNamed(part.object.name), attribute.relation);
  return {part.object.name, part.about, attribute.relation,
          relation.multiple ? FoldedValue(attribute.type, attribute.value)
                            : std::string()};
}

size_t EventAssembler::CountNew(const DraftPart& part) const {
  std::set<Key> fresh;
  const auto count = [this, &fresh](Key key) {
    if (!known_.contains(key)) fresh.insert(std::move(key));
  };
  for (const DraftAttribute& attribute : part.attributes) {
    count(KeyOf(attribute));
  }
  for (const PartObject& object : part.objects) {
    for (const DraftAttribute& attribute : object.object.attributes) {
      count(KeyOf(object, attribute));
    }
  }
  return fresh.size();
}

void EventAssembler::Add(DraftPart part) {
  for (DraftAttribute& attribute : part.attributes) {
    if (known_.insert(KeyOf(attribute)).second) {
      attributes_.push_back(std::move(attribute));
    }
  }
  for (PartObject& object : part.objects) AddObject(std::move(object));
  for (LeftOutValue& value : part.left_out) {
    if (known_left_out_.insert({value.type, value.value}).second) {
      left_out_.push_back(std::move(value));
    }
  }
}

void EventAssembler::AddObject(PartObject part) {
  std::vector<DraftAttribute> attributes =
      std::exchange(part.object.attributes, {});
  std::vector<PartLink> links = std::exchange(part.links, {});
  const auto [found, is_new] =
      object_numbers_.insert({{part.object.name, part.about}, objects_.size()});
  if (is_new) objects_.push_back(std::move(part));
  PartObject& object = objects_[found->second];
  for (DraftAttribute& attribute : attributes) {
    if (known_.insert(KeyOf(object, attribute)).second) {
      object.object.attributes.push_back(std::move(attribute));
    }
  }
  for (PartLink& link : links) object.links.push_back(std::move(link));
}

void EventAssembler::Finish(DraftedEvent* drafted) && {
  EventDraft& event = drafted->event;
  for (DraftAttribute& attribute : attributes_) {
    attribute.uuid = AttributeUuid(event.uuid, attribute);
  }
  event.attributes = std::move(attributes_);
  for (PartObject& part : objects_) {
    DraftObject& object = part.object;
    object.uuid = ObjectUuid(event.uuid, object.name, part.about);
    for (DraftAttribute& attribute : object.attributes) {
      attribute.uuid = ObjectAttributeUuid(object.uuid, attribute);
    }
    std::set<Uuid> known;
    for (const PartLink& link : part.links) {
      const Uuid referenced = ObjectUuid(event.uuid, link.name, link.about);
      const Uuid uuid =
          ReferenceUuid(object.uuid, referenced, link.relationship);
      if (referenced != object.uuid &&
          object_numbers_.contains({link.name, link.about}) &&
          known.insert(uuid).second) {
        object.references.push_back({uuid, referenced, link.relationship});
      }
    }
    event.objects.push_back(std::move(object));
  }
  drafted->left_out = std::move(left_out_);
}

}  // namespace mispsift
