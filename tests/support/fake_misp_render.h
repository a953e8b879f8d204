#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_RENDER_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_RENDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_store.h"
#include "tests/support/php_json.h"

namespace mispsift {

std::string RenderIndex(const FakeMispStore& store,
                        const std::vector<const StoredEvent*>& events,
                        bool minimal, PhpJson::Style style);
std::string RenderVersion(std::string_view version, const FakeRole& role,
                          bool takes_gzip, PhpJson::Style style);

struct FakeUser {
  bool site_admin = true;
  bool disabled = false;
  bool rate_limited = false;
  int64_t rate_limit = 0;
  FakeRole role;
};
std::string RenderUser(const FakeUser& user, PhpJson::Style style);

std::string RenderWarninglistIndex(const FakeMispStore& store,
                                   PhpJson::Style style);
std::string RenderWarninglist(const FakeWarninglist& list,
                              PhpJson::Style style);
std::string RenderWarninglistExport(const FakeWarninglist& list,
                                    PhpJson::Style style);

// {"name", "message", "url"}.
std::string RenderError(std::string_view message, std::string_view url,
                        bool pretty);
std::string RenderErrorPage(std::string_view message);
std::string RenderLoginPage();
std::string RenderProxyPage(int status);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_RENDER_H_
