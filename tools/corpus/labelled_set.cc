#include "tools/corpus/labelled_set.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "fmt/format.h"
#include "mispsift/base/check.h"
#include "mispsift/base/json_writer.h"
#include "tools/corpus/indicators.h"
#include "tools/corpus/labelled_forms.h"
#include "tools/corpus/output_file.h"
#include "tools/corpus/places.h"
#include "tools/corpus/plan.h"
#include "tools/corpus/report.h"
#include "tools/corpus/text.h"
#include "tools/corpus/unique_names.h"

namespace mispsift::corpus {
namespace {

constexpr size_t kAttributesPerForm = 4;
constexpr size_t kAttributesPerEvent = 12;
constexpr size_t kPlantedPerReport = 24;
constexpr uint64_t kReportBytes = 24'000;

constexpr Source kSources[] = {Source::kCuckoo1,     Source::kCuckoo2,
                               Source::kCape,        Source::kCuckoo3Pre,
                               Source::kCuckoo3Post, Source::kDroid};

std::string_view DialectOf(Source source) {
  switch (source) {
    case Source::kCuckoo1:
      return "cuckoo1";
    case Source::kCuckoo2:
      return "cuckoo2";
    case Source::kCape:
      return "cape";
    case Source::kCuckoo3Pre:
    case Source::kCuckoo3Post:
      return "cuckoo3";
    case Source::kDroid:
      return "droid";
  }
  return {};
}

// What is planted of one form: its attributes, with what shows each.
struct FormAttributes {
  LabelledForm form;
  bool near_miss = false;
  size_t first = 0;  // attribute
  std::vector<std::string> texts;
};

// What is to stand in some report of a dialect.
struct Planting {
  size_t form = 0;       // into Maker::forms_
  size_t attribute = 0;  // of the form's
  const PlaceRule* rule = nullptr;
};

// What any Windows asks for. The names and addresses are the point, so they are
// real ones; nothing else is.
struct Benign {
  Place place;
  IndicatorKind kind;
  std::string_view text;
};

constexpr Benign kBenign[] = {
    {Place::kHosts, IndicatorKind::kIp, "8.8.8.8"},
    {Place::kDomains, IndicatorKind::kHost, "ctldl.windowsupdate.com"},
    {Place::kDomains, IndicatorKind::kHost, "ocsp.digicert.com"},
    {Place::kDomains, IndicatorKind::kHost, "www.msftconnecttest.com"},
    {Place::kDnsRequest, IndicatorKind::kHost, "time.windows.com"},
};

// What people write into MISP about that without meaning an indicator, or with
// to_ids off.
struct Remark {
  bool to_ids;
  std::string_view type;
  std::string_view value;  // empty: a unique address
  std::string_view comment;
};

constexpr Remark kRemarks[] = {
    {false, "comment", "8.8.8.8", ""},
    {false, "ip-dst", "8.8.8.8", ""},
    {true, "ip-dst", "", "8.8.8.8"},
    {true, "ip-dst", "", "first resolved through 8.8.8.8, later directly"},
    {false, "text", "ctldl.windowsupdate.com", ""},
    {false, "comment", "beacons once www.msftconnecttest.com answers", ""},
    {false, "domain", "ocsp.digicert.com", ""},
    {false, "hostname", "time.windows.com", ""},
};

class Maker {
 public:
  Maker(uint64_t seed, uint32_t copies, std::string folder, LabelledSet* set)
      : copies_(copies),
        folder_(std::move(folder)),
        names_(seed),
        random_(Mix(seed) + 1),
        set_(*set) {}

  bool Make();

 private:
  struct OpenReport {
    ReportOrder order;
    std::vector<Planted> plan;
    std::vector<Label> labels;  // one for each that is planted
    std::vector<bool> near_miss;
    std::set<size_t> attributes;
  };

  void AddForms(std::vector<LabelledForm> forms, bool near_misses);
  void AddRemark(const Remark& remark);
  bool CanStand(const LabelledForm& form, const PlaceRule& rule,
                Source source) const;
  std::vector<Planting> PlantingsOf(Source source);
  OpenReport* RoomFor(const Planting& planting, Source source,
                      std::deque<OpenReport>* open);
  void Plant(const Planting& planting, Source source, OpenReport* report);
  void PlantBenign(Source source, OpenReport* report);
  bool WriteReportsOf(Source source);
  bool Write(OpenReport* report);
  bool WriteEvents();

  const uint32_t copies_;
  const std::string folder_;
  UniqueNames names_;
  Random random_;
  LabelledSet& set_;
  std::vector<FormAttributes> forms_;
  uint64_t next_planting_ = 0;
};

bool Maker::Make() {
  AddForms(MatchingForms(), false);
  AddForms(NearMissForms(), true);
  for (const Remark& remark : kRemarks) AddRemark(remark);
  // Events are of mixed content: what one form has is spread over many.
  const size_t events = set_.attributes.size() / kAttributesPerEvent + 1;
  for (size_t i = 0; i < events; ++i) {
    set_.events.push_back(
        {RandomUuid(&random_), fmt::format("Invented campaign {}", i + 1)});
  }
  for (size_t i = 0; i < set_.attributes.size(); ++i) {
    set_.attributes[i].event = i % events;
  }
  for (const Source source : kSources) {
    if (!WriteReportsOf(source)) return false;
  }
  return WriteEvents();
}

void Maker::AddForms(std::vector<LabelledForm> forms, bool near_misses) {
  for (LabelledForm& form : forms) {
    FormAttributes made;
    made.near_miss = near_misses;
    made.first = set_.attributes.size();
    for (size_t i = 0; i < kAttributesPerForm; ++i) {
      LabelledPair pair = form.make(&names_);
      LabelledAttribute attribute;
      attribute.uuid = RandomUuid(&random_);
      attribute.type = std::move(pair.type);
      attribute.value = std::move(pair.value);
      attribute.to_ids = !form.Has(LabelledForm::kNotForIds);
      attribute.deleted = form.Has(LabelledForm::kDeleted);
      attribute.disable_correlation = form.Has(LabelledForm::kUncorrelated);
      set_.attributes.push_back(std::move(attribute));
      made.texts.push_back(std::move(pair.text));
    }
    made.form = std::move(form);
    forms_.push_back(std::move(made));
  }
}

void Maker::AddRemark(const Remark& remark) {
  LabelledAttribute attribute;
  attribute.uuid = RandomUuid(&random_);
  attribute.type = remark.type;
  attribute.value =
      remark.value.empty() ? names_.Ipv4() : std::string(remark.value);
  attribute.comment = remark.comment;
  attribute.to_ids = remark.to_ids;
  set_.attributes.push_back(std::move(attribute));
}

// Whether the place says of which kind the values in it are.
bool IsTyped(const PlaceRule& rule, Source source) {
  const bool is_cuckoo3 =
      source == Source::kCuckoo3Pre || source == Source::kCuckoo3Post;
  if (rule.place == Place::kSignature && is_cuckoo3) return false;
  return !rule.Has(PlaceRule::kFreeText) && rule.place != Place::kStringWhole &&
         rule.place != Place::kDexString;
}

// The kinds that no value says itself that it is of.
bool NeedsTypedPlace(IndicatorKind kind) {
  switch (kind) {
    case IndicatorKind::kFilename:
    case IndicatorKind::kMutex:
    case IndicatorKind::kUserAgent:
    case IndicatorKind::kNamedPipe:
    case IndicatorKind::kPdb:
      return true;
    default:
      return false;
  }
}

bool Maker::CanStand(const LabelledForm& form, const PlaceRule& rule,
                     Source source) const {
  if (!rule.IsIn(source)) return false;
  if (form.places.empty()
          ? rule.Has(PlaceRule::kNoObservation)
          : std::ranges::find(form.places, rule.place) == form.places.end()) {
    return false;
  }
  if (form.Has(LabelledForm::kTextOnly) && !rule.Has(PlaceRule::kFreeText)) {
    return false;
  }
  if (form.Has(LabelledForm::kTypedOnly) && !IsTyped(rule, source))
    return false;
  return rule.Holds(form.shown, form.Has(LabelledForm::kBehindPath)
                                    ? MatchRule::kBasename
                                    : MatchRule::kExact);
}

// All that the dialect can show, in random order.
std::vector<Planting> Maker::PlantingsOf(Source source) {
  std::vector<Planting> plantings;
  for (size_t i = 0; i < forms_.size(); ++i) {
    for (const PlaceRule& rule : PlaceRules()) {
      if (!CanStand(forms_[i].form, rule, source)) continue;
      for (uint32_t copy = 0; copy < copies_; ++copy) {
        plantings.push_back({i, next_planting_++ % kAttributesPerForm, &rule});
      }
    }
  }
  for (size_t n = plantings.size(); n > 1; --n) {
    std::swap(plantings[n - 1],
              plantings[random_.Below(static_cast<uint32_t>(n))]);
  }
  return plantings;
}

// A report that is not full and can hold it, or a new one.
Maker::OpenReport* Maker::RoomFor(const Planting& planting, Source source,
                                  std::deque<OpenReport>* open) {
  const PlaceRule& rule = *planting.rule;
  const FormAttributes& made = forms_[planting.form];
  const size_t attribute = made.first + planting.attribute;
  for (OpenReport& report : *open) {
    if (report.plan.size() >= kPlantedPerReport ||
        report.attributes.contains(attribute) ||
        (rule.Has(PlaceRule::kFileTarget) && report.order.url_target) ||
        (rule.Has(PlaceRule::kUrlTarget) && !report.order.url_target)) {
      continue;
    }
    if (rule.Has(PlaceRule::kSingle) &&
        std::ranges::any_of(report.plan, [&](const Planted& other) {
          return other.place == rule.place && other.kind == made.form.shown;
        })) {
      continue;
    }
    return &report;
  }
  OpenReport report;
  const size_t number = set_.reports.size() + 1;
  report.order.name = fmt::format("q{:05}.json", number);
  report.order.number = number;
  report.order.source = source;
  report.order.url_target = rule.Has(PlaceRule::kUrlTarget);
  report.order.style.indent = number % 3 == 0 ? 0 : 4;
  report.order.style.ascii = number % 2 == 0;
  report.order.style.escape_slash = number % 16 == 0;
  report.order.bytes = kReportBytes;
  set_.reports.push_back(report.order.name);
  open->push_back(std::move(report));
  return &open->back();
}

void Maker::Plant(const Planting& planting, Source source, OpenReport* report) {
  const FormAttributes& made = forms_[planting.form];
  const LabelledForm& form = made.form;
  const size_t attribute = made.first + planting.attribute;
  Planted planted;
  planted.place = planting.rule->place;
  planted.where = planting.rule->where;
  planted.kind = form.shown;
  if (form.Has(LabelledForm::kBehindPath)) planted.rule = MatchRule::kBasename;
  planted.text = made.texts[planting.attribute];
  planted.value = set_.attributes[attribute].value;
  planted.uuid = set_.attributes[attribute].uuid;
  if (made.near_miss) planted.near_miss = form.what;

  Label label;
  label.report = report->order.name;
  label.attribute = attribute;
  label.kind = KindName(form.kind);
  label.rule = form.rule;
  label.also = form.also;
  label.what = form.what;
  label.dialect = DialectOf(source);
  label.where = WhereName(planted.where);
  label.text = planted.text;
  const bool is_typed =
      IsTyped(*planting.rule, source) || !NeedsTypedPlace(form.kind);
  label.most_sure = is_typed ? form.most_sure : kSure - 1;
  label.least_sure = label.most_sure < kSure ? 1 : form.least_sure;

  report->plan.push_back(std::move(planted));
  report->labels.push_back(std::move(label));
  report->near_miss.push_back(made.near_miss);
  report->attributes.insert(attribute);
}

void Maker::PlantBenign(Source source, OpenReport* report) {
  for (const Benign& benign : kBenign) {
    const bool fits =
        std::ranges::any_of(PlaceRules(), [&](const PlaceRule& rule) {
          return rule.place == benign.place && rule.IsIn(source);
        });
    if (!fits) continue;
    Planted planted;
    planted.place = benign.place;
    planted.kind = benign.kind;
    planted.text = benign.text;
    planted.where = Where::kNetwork;
    planted.near_miss = "benign";
    report->plan.push_back(std::move(planted));
  }
}

bool Maker::WriteReportsOf(Source source) {
  std::deque<OpenReport> open;
  for (const Planting& planting : PlantingsOf(source)) {
    Plant(planting, source, RoomFor(planting, source, &open));
  }
  for (OpenReport& report : open) {
    PlantBenign(source, &report);
    if (!Write(&report)) return false;
  }
  return true;
}

bool Maker::Write(OpenReport* report) {
  PlantLog log;
  std::string text;
  MakeReport(report->order, &report->plan, &random_, &log, &text);
  for (size_t i = 0; i < report->labels.size(); ++i) {
    Label& label = report->labels[i];
    label.path = report->plan[i].path;
    (report->near_miss[i] ? set_.near_misses : set_.matches)
        .push_back(std::move(label));
  }
  return WriteFile(folder_ + "/reports/" + report->order.name, text);
}

bool Maker::WriteEvents() {
  std::vector<std::string> texts(set_.events.size());
  std::vector<std::vector<const LabelledAttribute*>> content(texts.size());
  for (const LabelledAttribute& attribute : set_.attributes) {
    content[attribute.event].push_back(&attribute);
  }
  for (size_t i = 0; i < set_.events.size(); ++i) {
    const LabelledEvent& event = set_.events[i];
    std::string text;
    JsonWriter json(&text);
    json.StartObject();
    json.Key("Event").StartObject();
    json.Key("uuid").String(event.uuid);
    json.Key("info").String(event.info);
    json.Key("date").String("2024-03-01");
    json.Key("published").Bool(true);
    json.Key("timestamp").String("1700000000");
    json.Key("Attribute").StartArray();
    for (const LabelledAttribute* attribute : content[i]) {
      json.StartObject();
      json.Key("uuid").String(attribute->uuid);
      json.Key("type").String(attribute->type);
      json.Key("category").String("External analysis");
      json.Key("value").String(attribute->value);
      json.Key("comment").String(attribute->comment);
      json.Key("to_ids").Bool(attribute->to_ids);
      json.Key("deleted").Bool(attribute->deleted);
      json.Key("disable_correlation").Bool(attribute->disable_correlation);
      json.Key("timestamp").String("1700000000");
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    json.EndObject();
    if (!WriteFile(folder_ + "/events/" + event.uuid + ".json", text)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool WriteLabelledSet(uint64_t seed, uint32_t copies, const std::string& folder,
                      LabelledSet* set) {
  *set = {};
  for (const std::string_view name : {"/events", "/reports"}) {
    std::error_code error;
    std::filesystem::create_directories(folder + std::string(name), error);
    if (error) {
      fmt::print(stderr, "{}: {}\n", folder, error.message());
      return false;
    }
  }
  return Maker(seed, copies, folder, set).Make();
}

}  // namespace mispsift::corpus
