#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_RENDER_EVENT_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_RENDER_EVENT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_store.h"
#include "tests/support/php_json.h"

namespace mispsift {

// Of the server's own organisation, which is the key's.
inline constexpr std::string_view kFakeOwnOrgUuid =
    "10000000-0000-4000-8000-000000000001";

// "Org" (of the server) and "Orgc" (the creator) of an event.
void AddOrgs(const FakeMispStore& store, const FakeEvent& event,
             bool with_local, PhpJson* json);

// {"response": [{"Event": {...}}]}, without attributes.
std::string RenderEvents(const FakeMispStore& store,
                         const std::vector<const StoredEvent*>& events,
                         bool numbers);

// {"Event": {...}}: of the attributes and objects those that live and that the
// key may see, or none of them at all.
std::string RenderEvent(const FakeMispStore& store, const StoredEvent& stored,
                        bool metadata, bool site_admin, PhpJson::Style style);

// The members of a tag on its own, without brackets.
void AddTagMembers(const FakeMispStore& store, std::string_view name,
                   PhpJson* json);

// An attribute as /attributes/add shows it, with value1 and value2.
void AddSavedAttribute(uint64_t event_id, const FakeAttribute& attribute,
                       PhpJson* json);
// "AttributeTag" of it.
void AddAttributeTags(const FakeMispStore& store, uint64_t event_id,
                      const FakeAttribute& attribute, PhpJson* json);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_RENDER_EVENT_H_
