#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONNECTION_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONNECTION_H_

#include "httplib.h"
#include "tests/support/fake_misp.h"

namespace mispsift {

// Keeps httplib from uncompressing a body in its own way: it takes other
// encodings than MISP, and answers what is broken in other words. To be called
// before the body is read.
void HideEncoding(const httplib::Request& request);

// The request as it came, its body uncompressed as MISP does it.
RecordedRequest Recorded(const httplib::Request& request, bool takes_gzip);

// Lets more than httplib's five clients wait to be accepted: who comes after
// them tries again only a second later.
void WidenBacklog(int port);

// Ends connections of the server at once and without a word; only the one to
// `client_port`, unless that is 0. httplib tells nobody its sockets: those of
// this process with the server's port at this end are they.
void EndConnections(int port, int client_port);

// Whether a client of the server is connected, or waits to be.
bool HasClients(int port);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONNECTION_H_
