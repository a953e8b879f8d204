// What MISP compares of an attribute, of a value in a report, and of a value
// that is asked for.

#include "mispsift/normalize/misp_correlation.h"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace mispsift {

void PrintTo(const MispValues& values, std::ostream* out) {
  *out << "{" << values.value1 << ", " << values.value2 << ", "
       << values.address << ", " << values.network << "}";
}

namespace {

using K = IndicatorKind;

const std::string kMd5(32, 'a');

MispValues Plain(const std::string& value1, const std::string& value2 = "") {
  MispValues values;
  values.value1 = value1;
  values.value2 = value2;
  return values;
}

MispValues Address(const std::string& address) {
  MispValues values = Plain(address);
  values.address = address;
  return values;
}

MispValues Network(const std::string& value1, const std::string& network) {
  MispValues values = Plain(value1);
  values.network = network;
  return values;
}

Unmatchable Reason(const char* type, const std::string& value) {
  MispValues values;
  return MispValuesOf(FindAttributeType(type), value, &values);
}

MispValues Of(const char* type, const std::string& value) {
  MispValues values;
  EXPECT_EQ(MispValuesOf(FindAttributeType(type), value, &values),
            Unmatchable::kNo)
      << type << " " << value;
  return values;
}

TEST(MispValues, AreBothHalvesOfACompositeButOfSomeTheFirst) {
  EXPECT_EQ(Of("mutex", " Evil|Mutex "), Plain("Evil|Mutex"));
  EXPECT_EQ(Of("text", "anything"), Plain("anything"));
  EXPECT_EQ(Of("filename|md5", "a.exe|" + kMd5), Plain("a.exe", kMd5));
  EXPECT_EQ(Of("malware-sample", "a.exe|" + kMd5), Plain("a.exe", kMd5));
  EXPECT_EQ(Of("domain|ip", "Evil.example|192.0.2.1"),
            Plain("evil.example", "192.0.2.1"));
  EXPECT_EQ(Of("regkey|value", "HKLM\\A|b"), Plain("HKLM\\A", "b"));
  EXPECT_EQ(Of("hostname|port", "evil.example:80"), Plain("evil.example"));
  EXPECT_EQ(Of("ip-src|port", "192.0.2.1:80"), Address("192.0.2.1"));
}

TEST(MispValues, AreAddressesAndNetworksOfTheIpTypesAlone) {
  EXPECT_EQ(Of("ip-dst", "2001:0DB8:0:0::1"), Address("2001:db8::1"));
  EXPECT_EQ(Of("ip-dst", "192.0.2.1/32"), Address("192.0.2.1"));
  EXPECT_EQ(Of("ip-src", "192.0.2.77/24"),
            Network("192.0.2.77/24", "192.0.2.0/24"));
  EXPECT_EQ(Of("ip-src", "2001:db8::/32"),
            Network("2001:db8::/32", "2001:db8::/32"));
  EXPECT_EQ(Of("text", "192.0.2.0/24"), Plain("192.0.2.0/24"));
  // To MISP it is of the other family, though its value is compared.
  EXPECT_EQ(Of("ip-dst", "::ffff:192.0.2.1"), Plain("::ffff:192.0.2.1"));
}

TEST(MispValues, AreNoneOfTypesThatNeverCorrelate) {
  const std::vector<std::string> never = {
      "aba-rtn", "anonymised",  "boolean",     "comment",
      "cortex",  "counter",     "float",       "gender",
      "integer", "http-method", "nationality", "port"};
  for (const AttributeType& type : AttributeTypes()) {
    // Whatever the value, the type is asked first.
    const Unmatchable reason = Reason(std::string(type.name).c_str(), "\x01");
    const bool is_never = std::ranges::find(never, type.name) != never.end();
    EXPECT_EQ(reason == Unmatchable::kNotAValue, is_never) << type.name;
  }
  EXPECT_EQ(Reason("no-such-type", "x"), Unmatchable::kUnknownType);
}

TEST(MispValues, AreNoneOfWhatMispRefuses) {
  EXPECT_EQ(Reason("hostname", "evil.example."), Unmatchable::kInvalidValue);
  EXPECT_EQ(Reason("md5", "abc"), Unmatchable::kInvalidValue);
  EXPECT_EQ(Reason("filename|md5", "a|b|" + kMd5), Unmatchable::kInvalidValue);
  EXPECT_EQ(Of("domain", "evil.example."), Plain("evil.example"));
}

TEST(MispValues, LeaveOutWhatFoldsToNothing) {
  EXPECT_EQ(Reason("text", "\u200b"), Unmatchable::kInvalidValue);
  EXPECT_EQ(Of("malware-sample", "a.exe|"), Plain("a.exe"));
  EXPECT_EQ(Of("regkey|value", "|x"), Plain("", "x"));
  EXPECT_EQ(Of("text", "\u200bx"), Plain("\u200bx"));
}

TEST(MispValuesSeen, StandForTheAttributeThatWouldBeSubmitted) {
  using Values = std::vector<MispValues>;
  EXPECT_EQ(MispValuesSeen(K::kUrl, "http://evil.example/A"),
            Values({Plain("http://evil.example/A")}));
  EXPECT_EQ(MispValuesSeen(K::kHost, "evil.example"),
            Values({Plain("evil.example")}));
  EXPECT_EQ(MispValuesSeen(K::kHost, "localhost"), Values());
  EXPECT_EQ(MispValuesSeen(K::kIpPort, "192.0.2.1|80"),
            Values({Address("192.0.2.1")}));
  EXPECT_EQ(MispValuesSeen(K::kIp, "2001:db8::1"),
            Values({Address("2001:db8::1")}));
  EXPECT_EQ(MispValuesSeen(K::kRegkeyValue, "HKLM\\A|b"),
            Values({Plain("HKLM\\A", "b")}));
  EXPECT_EQ(MispValuesSeen(K::kMutex, "a|b"), Values({Plain("a|b")}));
  EXPECT_EQ(MispValuesSeen(K::kMutex, "\u200b"), Values());
  const std::string tlsh(70, 'a');
  EXPECT_EQ(MispValuesSeen(K::kTlsh, tlsh),
            Values({Plain(tlsh), Plain("t1" + tlsh)}));
}

bool Asks(const std::string& text, const MispValues& values) {
  const std::vector<MispValues> asked = MispValuesAsked(text);
  return std::ranges::find(asked, values) != asked.end();
}

TEST(MispValuesAsked, AreThoseOfEveryTypeThatTheTextCanBe) {
  EXPECT_TRUE(Asks(" evil.example. ", Plain("evil.example")));
  EXPECT_TRUE(Asks("hxxp://evil[.]example/x", Plain("http://evil.example/x")));
  EXPECT_TRUE(Asks("b\u00fccher.example", Plain("xn--bcher-kva.example")));
  EXPECT_TRUE(Asks("b\u00fccher.example", Plain("b\u00fccher.example")));
  EXPECT_TRUE(Asks("AA:" + std::string(30, 'a'), Plain(kMd5)));
  EXPECT_TRUE(Asks("192.0.2.1", Address("192.0.2.1")));
  EXPECT_TRUE(Asks("192.0.2.0/24", Network("192.0.2.0/24", "192.0.2.0/24")));
  EXPECT_TRUE(Asks("2001:db8::1", Address("2001:db8::1")));
  EXPECT_FALSE(Asks("2001:db8::1", Address("2001:db8::")));
  EXPECT_TRUE(Asks("AS64496", Plain("64496")));
  EXPECT_FALSE(Asks("http://evil.example/7", Plain("7")));
  // What it is to the advanced correlation it is in the first place.
  EXPECT_FALSE(Asks("192.0.2.1", Plain("192.0.2.1")));
}

TEST(MispValuesAsked, OfACompositeAreItsHalvesUnlessOneIsAPort) {
  EXPECT_TRUE(Asks("a.exe|" + kMd5, Plain("a.exe", kMd5)));
  EXPECT_TRUE(
      Asks("evil.example|192.0.2.1", Plain("evil.example", "192.0.2.1")));
  for (const char* with_port : {"192.0.2.1|80", "192.0.2.1:80"}) {
    EXPECT_EQ(
        MispValuesAsked(with_port),
        std::vector<MispValues>({Plain(with_port), Address("192.0.2.1")}));
  }
  EXPECT_EQ(MispValuesAsked("evil.example|80"),
            std::vector<MispValues>(
                {Plain("evil.example|80"), Plain("evil.example")}));
}

}  // namespace
}  // namespace mispsift
