#include "mispsift/base/sqlite.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

constexpr int32_t kId = 0x74657374;
constexpr char kSchema[] = "CREATE TABLE names(id INTEGER, name TEXT)";

absl::StatusOr<Database> OpenThings(const std::string& path,
                                    int32_t version = 1) {
  return Database::Open(path, Database::Access::kReadWrite, kId, version,
                        kSchema);
}

std::vector<std::string> Names(Database* database) {
  absl::StatusOr<SqlStatement> select =
      database->Prepare("SELECT name FROM names ORDER BY id");
  EXPECT_TRUE(select.ok());
  select->Start();
  std::vector<std::string> names;
  while (true) {
    const absl::StatusOr<bool> is_row = select->Next();
    EXPECT_TRUE(is_row.ok());
    if (!is_row.ok() || !*is_row) return names;
    names.push_back(select->IsNull(0) ? "null" : std::string(select->Text(0)));
  }
}

class SqliteTest : public testing::Test {
 protected:
  const TempFolder folder_;
  const std::string path_ = folder_.path("things");
};

TEST_F(SqliteTest, WhatIsWrittenIsReadAgain) {
  {
    absl::StatusOr<Database> database = OpenThings(path_);
    ASSERT_TRUE(database.ok()) << database.status();
    absl::StatusOr<SqlStatement> insert =
        database->Prepare("INSERT INTO names VALUES(?,?)");
    ASSERT_TRUE(insert.ok());
    // Any bytes, none, and nothing.
    EXPECT_TRUE(insert->Run(1, std::string_view("a\0b\xff'\"", 6)).ok());
    EXPECT_TRUE(insert->Run(2, "").ok());
    EXPECT_TRUE(insert->Run(3, nullptr).ok());
  }
  absl::StatusOr<Database> database = OpenThings(path_);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(Names(&*database), (std::vector<std::string>{
                                   std::string("a\0b\xff'\"", 6), "", "null"}));
}

// A process that is confined to its own folders could make none elsewhere.
TEST_F(SqliteTest, MakesNoTemporaryFiles) {
  absl::StatusOr<Database> database = OpenThings(path_);
  ASSERT_TRUE(database.ok()) << database.status();
  absl::StatusOr<SqlStatement> setting = database->Prepare("PRAGMA temp_store");
  ASSERT_TRUE(setting.ok());
  ASSERT_TRUE(setting->Next().value());
  EXPECT_EQ(setting->Int(0), 2);  // in memory
}

TEST_F(SqliteTest, WhatIsNotCommittedIsGone) {
  {
    absl::StatusOr<Database> database = OpenThings(path_);
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE(database->Run("BEGIN; INSERT INTO names VALUES(1,'x')").ok());
  }
  absl::StatusOr<Database> database = OpenThings(path_);
  ASSERT_TRUE(database.ok());
  EXPECT_TRUE(Names(&*database).empty());
}

TEST_F(SqliteTest, RefusesWhatIsNotItsOwn) {
  ASSERT_TRUE(OpenThings(path_).ok());
  const absl::Status newer = OpenThings(path_, 2).status();
  EXPECT_EQ(newer.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(newer.message()).find("version 1"), std::string::npos);
  const absl::Status other =
      Database::Open(path_, Database::Access::kReadWrite, kId + 1, 1, kSchema)
          .status();
  EXPECT_EQ(other.code(), absl::StatusCode::kFailedPrecondition);
  std::ofstream(folder_.path("text")) << std::string(5000, 'x');
  const absl::Status text = OpenThings(folder_.path("text")).status();
  EXPECT_EQ(text.code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(Database::Open(folder_.path("none"), Database::Access::kReadOnly,
                              kId, 1, kSchema)
                   .ok());
}

TEST_F(SqliteTest, IsReadWhileItIsWritten) {
  absl::StatusOr<Database> writer = OpenThings(path_);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Run("INSERT INTO names VALUES(1,'old')").ok());
  ASSERT_TRUE(writer->Run("BEGIN; INSERT INTO names VALUES(2,'new')").ok());
  absl::StatusOr<Database> reader =
      Database::Open(path_, Database::Access::kReadOnly, kId, 1, kSchema);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(Names(&*reader), std::vector<std::string>{"old"});
  ASSERT_TRUE(writer->Run("COMMIT").ok());
  EXPECT_EQ(Names(&*reader), (std::vector<std::string>{"old", "new"}));
}

TEST_F(SqliteTest, SqlThatIsWrongIsAnError) {
  absl::StatusOr<Database> database = OpenThings(path_);
  ASSERT_TRUE(database.ok());
  EXPECT_FALSE(database->Run("CREATE NOTHING").ok());
  EXPECT_FALSE(database->Prepare("SELECT nothing FROM nowhere").ok());
}

}  // namespace
}  // namespace mispsift
