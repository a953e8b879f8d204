#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_WRITE_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_WRITE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rapidjson/document.h"
#include "tests/support/fake_misp_answers.h"
#include "tests/support/fake_misp_intake.h"
#include "tests/support/fake_misp_store.h"
#include "tests/support/php_json.h"

namespace mispsift {

// A request that writes, understood but not carried out.
struct FakeWriteCall {
  std::string url;                 // for errors
  std::vector<std::string> parts;  // controller, action, then the rest
  bool wants_json = true;
  PhpJson::Style style;
  rapidjson::Document body;  // null when there was none
  FakeMispSettings settings;
};

// A write on its way, which is no transaction: it is stored piece by piece,
// and others see what is stored so far.
//
// Threads: one at a time; the caller locks the store.
class FakeWrite {
 public:
  explicit FakeWrite(FakeWriteCall call) : call_(std::move(call)) {}
  virtual ~FakeWrite() = default;
  FakeWrite(const FakeWrite&) = delete;
  FakeWrite& operator=(const FakeWrite&) = delete;

  // Refuses the whole, or stores what comes first: the event itself.
  virtual void Start(FakeMispStore* store) = 0;
  // Pieces that are still to be stored: attributes, or sightings.
  virtual size_t Left() const { return 0; }
  virtual void StoreNext(FakeMispStore* store);
  FakeAnswer Answer(const FakeMispStore& store) const;

 protected:
  virtual FakeAnswer AnswerSaved(const FakeMispStore& store) const = 0;

  // From then on, this is the answer.
  void Refuse(FakeAnswer answer) { refusal_ = std::move(answer); }
  void Refuse(int status, std::string_view message);
  using AddErrorsFn = std::function<void(PhpJson*)>;
  // 403 with "saved": false. `what` is "add Event", `path` the "url"; `id`
  // stands at the end unless it is empty.
  FakeAnswer SaveFailure(std::string_view what, std::string_view path,
                         const AddErrorsFn& add_errors,
                         std::string_view id = "") const;
  void RefuseToSave(std::string_view what, std::string_view path,
                    const AddErrorsFn& add_errors, std::string_view id = "") {
    Refuse(SaveFailure(what, path, add_errors, id));
  }
  bool refused() const { return refusal_.has_value(); }
  // The event that the path names, which the key may change; refuses and
  // returns nullptr where there is none.
  const StoredEvent* FindOwnEvent(const FakeMispStore& store);

  // "metadata", "1" for /metadata:1.
  bool HasParameter(std::string_view name, std::string_view value) const;
  // What stands behind the action, unless it is a named parameter.
  std::string_view target() const;
  const FakeWriteCall& call() const { return call_; }
  FakeRole role() const;
  int64_t now() const { return call_.settings.now; }
  FakeIntake intake() const;

 private:
  FakeWriteCall call_;
  std::optional<FakeAnswer> refusal_;
};

// What a role that was never set may do.
FakeRole RoleOf(const FakeMispSettings& settings);

// {"name", "message", "url"}, or an HTML page for who did not ask for JSON.
FakeAnswer ErrorAnswer(bool wants_json, std::string_view url, int status,
                       std::string_view message);

// Fields and words as MISP puts them: {"value": ["..."]}.
void AddErrors(const FakeErrors& errors, PhpJson* json);

// Whether a request writes. `parts` are two or more.
bool IsWrite(std::string_view method, const std::vector<std::string>& parts);
// How a request that writes is answered: with a refusal, or with an answer
// whose `write` is to be carried out.
FakeAnswer AnswerWrite(FakeWriteCall call);

// POST /events/add, and POST or PUT /events/edit/<event>.
std::shared_ptr<FakeWrite> MakeEventWrite(FakeWriteCall call);
// POST /attributes/add/<event>.
std::shared_ptr<FakeWrite> MakeAttributesWrite(FakeWriteCall call);
// POST /events/upload_sample/<event>.
std::shared_ptr<FakeWrite> MakeSampleWrite(FakeWriteCall call);
// POST /sightings/bulkSaveSightings/<event>, and /sightings/add/<attribute>.
std::shared_ptr<FakeWrite> MakeSightingsWrite(FakeWriteCall call);
std::shared_ptr<FakeWrite> MakeSightingWrite(FakeWriteCall call);
// POST /tags/add, and /tags/attachTagToObject.
std::shared_ptr<FakeWrite> MakeTagWrite(FakeWriteCall call);
std::shared_ptr<FakeWrite> MakeTagging(FakeWriteCall call);

// The answers of GET /sightings/index/<event> and of GET /tags/index.
std::string RenderSightings(const FakeMispStore& store,
                            const FakeMispSettings& settings,
                            std::string_view event, PhpJson::Style style);
std::string RenderTags(const FakeMispStore& store, PhpJson::Style style);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_WRITE_H_
