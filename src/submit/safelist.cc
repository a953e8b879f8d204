#include "src/submit/safelist.h"

namespace mispsift {

const ValueList& BuiltInSafelist() {
  static const ValueList list({
      // Whether there is a network, whichever protocol is asked by.
      "msftncsi.com",
      ".msftncsi.com",
      "msftconnecttest.com",
      ".msftconnecttest.com",
      "teredo.ipv6.microsoft.com",
      "win10.ipv6.microsoft.com",
      // The time, telemetry, settings and updates.
      "time.windows.com",
      "v10.vortex-win.data.microsoft.com",
      "settings-win.data.microsoft.com",
      "sls.update.microsoft.com",
      "fs.microsoft.com",
      "ctldl.windowsupdate.com",
      // Where these answered from, and the name server that sandboxes are
      // given.
      "13.74.179.117",
      "40.81.120.221",
      "40.77.226.249",
      "8.8.8.8",
  });
  return list;
}

}  // namespace mispsift
