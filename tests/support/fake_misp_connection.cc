#include "tests/support/fake_misp_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "mispsift/base/check.h"

namespace mispsift {
namespace {

constexpr char kEncoding[] = "Content-Encoding";
constexpr char kHidden[] = "X-Hidden-Content-Encoding";

// What httplib adds to the headers for its own use.
bool IsOfHttplib(const std::string& name) {
  return name == "REMOTE_ADDR" || name == "REMOTE_PORT" ||
         name == "LOCAL_ADDR" || name == "LOCAL_PORT";
}

// Nothing: it is broken, or ends too early.
std::optional<std::string> Gunzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  MISPSIFT_CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK);
  // zlib takes what it only reads through a pointer that is not const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  char piece[1 << 16];
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof(piece);
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(piece, sizeof(piece) - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END) return std::nullopt;
  return out;
}

void DecodeBody(bool takes_gzip, RecordedRequest* request) {
  const std::string_view encoding = request->Header(kEncoding);
  if (encoding.empty()) return;
  if (encoding == "br" || (encoding == "gzip" && !takes_gzip)) {
    request->body_problem =
        fmt::format("This server doesn&#039;t support {} compressed requests.",
                    encoding == "br" ? "brotli" : "gzip");
    return;
  }
  if (encoding != "gzip") {
    request->body_problem =
        fmt::format("Unsupported content encoding &#039;{}&#039;.", encoding);
    return;
  }
  std::optional<std::string> body = Gunzip(request->body);
  if (body.has_value()) {
    request->body = *std::move(body);
  } else {
    request->body_problem = "Invalid compressed data.";
  }
}

// This process's sockets with that port at this end.
std::vector<int> SocketsAt(int port) {
  std::vector<int> sockets;
  std::error_code error;
  for (const auto& file :
       std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const int fd = std::atoi(file.path().filename().c_str());
    sockaddr_in here{};
    socklen_t size = sizeof(here);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size) == 0 &&
        here.sin_family == AF_INET && ntohs(here.sin_port) == port) {
      sockets.push_back(fd);
    }
  }
  return sockets;
}

bool Listens(int fd) {
  int listens = 0;
  socklen_t size = sizeof(listens);
  ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
  return listens != 0;
}

}  // namespace

void HideEncoding(const httplib::Request& request) {
  if (!request.has_header(kEncoding)) return;
  // httplib hands out its own request, which is not const.
  httplib::Headers& headers = const_cast<httplib::Request&>(request).headers;
  headers.emplace(kHidden, request.get_header_value(kEncoding));
  headers.erase(kEncoding);
}

RecordedRequest Recorded(const httplib::Request& request, bool takes_gzip) {
  RecordedRequest recorded;
  recorded.method = request.method;
  recorded.path = request.target;
  for (const auto& [name, value] : request.headers) {
    if (IsOfHttplib(name)) continue;
    recorded.headers.emplace_back(name == kHidden ? kEncoding : name, value);
  }
  recorded.body = request.body;
  DecodeBody(takes_gzip, &recorded);
  return recorded;
}

void WidenBacklog(int port) {
  constexpr int kClients = 1024;
  for (const int fd : SocketsAt(port)) {
    if (Listens(fd)) ::listen(fd, kClients);
  }
}

void EndConnections(int port, int client_port) {
  for (const int fd : SocketsAt(port)) {
    sockaddr_in there{};
    socklen_t size = sizeof(there);
    const bool connected =
        ::getpeername(fd, reinterpret_cast<sockaddr*>(&there), &size) == 0;
    if (client_port == 0 ||
        (connected && ntohs(there.sin_port) == client_port)) {
      ::shutdown(fd, SHUT_RDWR);
    }
  }
}

bool HasClients(int port) {
  for (const int fd : SocketsAt(port)) {
    if (!Listens(fd)) return true;
    // Of a socket that listens, those that wait.
    tcp_info info{};
    socklen_t size = sizeof(info);
    ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
    if (info.tcpi_unacked > 0) return true;
  }
  return false;
}

}  // namespace mispsift
