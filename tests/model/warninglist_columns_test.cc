#include "mispsift/model/warninglist_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace mispsift {
namespace {

std::vector<Warninglist> SomeLists() {
  Warninglist ranges;
  ranges.name = "Example ranges";
  ranges.version = "20240102";
  ranges.description = "of documentation";
  ranges.type = WarninglistType::kCidr;
  ranges.matching_attributes = {"ip-src", "domain|ip"};
  ranges.entries = {"192.0.2.0/24", "2001:db8::/32", "198.51.100.1"};
  Warninglist none;
  none.name = "None";
  none.type = WarninglistType::kRegex;
  none.category = "known";
  none.enabled = false;
  Warninglist names;
  names.name = "Names";
  names.type = WarninglistType::kHostname;
  names.entries = {"", ".example.com", std::string("a\0b", 3), ""};
  return {ranges, none, names};
}

// What a view says, read byte by byte.
std::vector<Warninglist> ListsOf(const WarninglistsView& view) {
  std::vector<Warninglist> lists;
  for (const WarninglistView& from : view) {
    Warninglist& list = lists.emplace_back();
    list.name = from.name;
    list.version = from.version;
    list.description = from.description;
    list.category = from.category;
    list.type = from.type;
    list.enabled = from.enabled;
    for (const std::string_view attribute : from.matching_attributes) {
      list.matching_attributes.emplace_back(attribute);
    }
    for (uint64_t i = 0; i < from.entry_count(); ++i) {
      list.entries.emplace_back(from.entry(i));
    }
  }
  return lists;
}

bool Same(const Warninglist& a, const Warninglist& b) {
  return a.name == b.name && a.version == b.version &&
         a.description == b.description && a.category == b.category &&
         a.type == b.type && a.enabled == b.enabled &&
         a.matching_attributes == b.matching_attributes &&
         a.entries == b.entries;
}

bool SameLists(const std::vector<Warninglist>& a,
               const std::vector<Warninglist>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), Same);
}

// Columns that end where their allocation does, so that a sanitizer sees the
// first byte read outside.
class TightColumns {
 public:
  TightColumns(std::string_view lists, std::string_view entries,
               std::string_view ends)
      : lists_(Copy(lists)),
        entries_(Copy(entries)),
        ends_(new uint64_t[ends.size() / 8]) {
    std::memcpy(ends_.get(), ends.data(), ends.size() / 8 * 8);
    columns_ = {{lists_.get(), lists.size()},
                {entries_.get(), entries.size()},
                {ends_.get(), ends.size() / 8}};
  }
  const WarninglistColumns& get() const { return columns_; }

 private:
  static std::unique_ptr<char[]> Copy(std::string_view bytes) {
    std::unique_ptr<char[]> copy(new char[bytes.size()]);
    bytes.copy(copy.get(), bytes.size());
    return copy;
  }

  std::unique_ptr<char[]> lists_;
  std::unique_ptr<char[]> entries_;
  std::unique_ptr<uint64_t[]> ends_;
  WarninglistColumns columns_;
};

std::string BytesOf(const std::vector<uint64_t>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * 8};
}

TEST(WarninglistColumns, RoundTrip) {
  for (const std::vector<Warninglist>& lists :
       {std::vector<Warninglist>{}, std::vector<Warninglist>(1), SomeLists()}) {
    const EncodedWarninglists encoded = EncodeWarninglists(lists);
    const absl::StatusOr<WarninglistsView> view =
        WarninglistsView::Read(encoded.columns());
    ASSERT_TRUE(view.ok()) << view.status();
    ASSERT_EQ(view->size(), lists.size());
    EXPECT_TRUE(SameLists(ListsOf(*view), lists));
  }
}

TEST(WarninglistColumns, RoundTripRandom) {
  rc::check("any lists", [] {
    const auto lists = *rc::gen::container<std::vector<Warninglist>>(
        rc::gen::exec([]() -> Warninglist {
          Warninglist list;
          list.name = *rc::gen::arbitrary<std::string>();
          list.version = *rc::gen::arbitrary<std::string>();
          list.description = *rc::gen::arbitrary<std::string>();
          list.category = *rc::gen::arbitrary<std::string>();
          list.type =
              static_cast<WarninglistType>(*rc::gen::inRange<int>(0, 5));
          list.enabled = *rc::gen::arbitrary<bool>();
          list.matching_attributes =
              *rc::gen::arbitrary<std::vector<std::string>>();
          list.entries = *rc::gen::arbitrary<std::vector<std::string>>();
          return list;
        }));
    const EncodedWarninglists encoded = EncodeWarninglists(lists);
    const absl::StatusOr<WarninglistsView> view =
        WarninglistsView::Read(encoded.columns());
    RC_ASSERT(view.ok());
    RC_ASSERT(SameLists(ListsOf(*view), lists));
  });
}

TEST(WarninglistColumns, NoneIsTheDefault) {
  EXPECT_EQ(EncodedWarninglists().lists, EncodeWarninglists({}).lists);
  const EncodedWarninglists none;
  const absl::StatusOr<WarninglistsView> view =
      WarninglistsView::Read(none.columns());
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->size(), 0u);
}

// The format is on disks: its bytes may not change unseen.
TEST(WarninglistColumns, Bytes) {
  Warninglist list;
  list.name = "n";
  list.version = "12";
  list.type = WarninglistType::kHostname;
  list.category = "known";
  list.matching_attributes = {"md5"};
  list.entries = {"ab", "", "c"};
  const EncodedWarninglists encoded = EncodeWarninglists({list});
  using std::string_literals::operator""s;
  EXPECT_EQ(encoded.lists,
            "\1\0\0\0"
            "\2\1\3\0\0\0\0\0\0\0"
            "\1\0\0\0n\2\0\0\0"
            "12\0\0\0\0\5\0\0\0known"
            "\1\0\0\0\3\0\0\0md5"s);
  EXPECT_EQ(encoded.entries, "abc");
  EXPECT_THAT(encoded.entry_ends, ::testing::ElementsAre(2, 2, 3));
}

TEST(WarninglistColumns, EntriesAreNotCopied) {
  const EncodedWarninglists encoded = EncodeWarninglists(SomeLists());
  const absl::StatusOr<WarninglistsView> view =
      WarninglistsView::Read(encoded.columns());
  ASSERT_TRUE(view.ok());
  EXPECT_EQ((*view)[0].entry(0).data(), encoded.entries.data());
}

TEST(WarninglistColumns, WhatDoesNotAddUp) {
  const EncodedWarninglists good = EncodeWarninglists(SomeLists());
  const auto read = [](const EncodedWarninglists& encoded) {
    return WarninglistsView::Read(encoded.columns()).status();
  };
  ASSERT_TRUE(read(good).ok());
  EXPECT_TRUE(absl::IsDataLoss(WarninglistsView::Read({}).status()));

  EncodedWarninglists bad = good;
  std::swap(bad.entry_ends[0], bad.entry_ends[1]);
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "ends fall";
  bad = good;
  bad.entry_ends.back() = UINT64_MAX;
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "outside";
  bad = good;
  bad.entries += "x";
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "bytes of no entry";
  bad = good;
  bad.entry_ends.push_back(bad.entries.size());
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "an entry of no list";
  bad = good;
  bad.entries.clear();
  bad.entry_ends.clear();
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "a list without its entries";
  bad = good;
  bad.lists += '\0';
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "bytes of no list";
  bad = good;
  bad.lists[0] = 2;
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "a list more";
  bad = good;
  bad.lists[4] = 5;
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "an unknown type";
  bad = good;
  bad.lists[5] = 2;
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "neither on nor off";
  bad = good;
  std::fill_n(bad.lists.begin(), 4, '\xff');
  EXPECT_TRUE(absl::IsDataLoss(read(bad))) << "four thousand million lists";
}

// Each byte of each column flipped in each way that matters, and each column
// cut at each byte. Being accepted is fine (a letter of a name may change), as
// long as nothing outside is read.
TEST(WarninglistColumns, ChangedBytesLeadNowhere) {
  const EncodedWarninglists good = EncodeWarninglists(SomeLists());
  const std::string columns[] = {good.lists, good.entries,
                                 BytesOf(good.entry_ends)};
  size_t refused = 0;
  size_t tried = 0;
  const auto try_with = [&](size_t changed, const std::string& bytes) {
    const auto column = [&](size_t i) -> const std::string& {
      return i == changed ? bytes : columns[i];
    };
    const TightColumns tight(column(0), column(1), column(2));
    const absl::StatusOr<WarninglistsView> view =
        WarninglistsView::Read(tight.get());
    ++tried;
    if (!view.ok()) {
      EXPECT_TRUE(absl::IsDataLoss(view.status()));
      ++refused;
      return;
    }
    const uint64_t entries =
        std::accumulate(view->begin(), view->end(), uint64_t{0},
                        [](uint64_t sum, const WarninglistView& list) {
                          return sum + list.entry_count();
                        });
    EXPECT_EQ(entries, tight.get().entry_ends.size());
    size_t bytes_in_entries = 0;
    for (const Warninglist& list : ListsOf(*view)) {
      for (const std::string& entry : list.entries) {
        bytes_in_entries += entry.size();
      }
    }
    EXPECT_EQ(bytes_in_entries, tight.get().entries.size());
  };
  for (size_t i = 0; i < std::size(columns); ++i) {
    for (size_t at = 0; at < columns[i].size(); ++at) {
      for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        std::string bytes = columns[i];
        bytes[at] = static_cast<char>(bytes[at] ^ flip);
        try_with(i, bytes);
      }
      const size_t before = refused;
      try_with(i, columns[i].substr(0, at));
      EXPECT_EQ(refused, before + 1) << "column " << i << " cut at " << at;
    }
  }
  EXPECT_GT(refused, 0u);
  EXPECT_GT(tried, refused);
}

}  // namespace
}  // namespace mispsift
