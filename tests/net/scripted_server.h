#ifndef MISPSIFT_TESTS_NET_SCRIPTED_SERVER_H_
#define MISPSIFT_TESTS_NET_SCRIPTED_SERVER_H_

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "mispsift/base/check.h"

namespace mispsift {

// Opens once, and stays open. WaitFor() gives up after a time that only a
// broken transport needs.
class Gate {
 public:
  void Open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool WaitFor(std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// One accepted connection: blocking, plain or TLS.
class Peer {
 public:
  Peer(int socket, SSL* tls) : socket_(socket), tls_(tls) {}

  // Reads on to the end of the next request's head and gives its size; 0 when
  // the client is gone.
  size_t ReadHead() {
    size_t end = std::string::npos;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
      if (!ReadSome()) return 0;
    }
    return end + 4;
  }

  // The next request, head and body; empty when the client is gone.
  std::string ReadRequest() {
    size_t size = ReadHead();
    if (size == 0) return "";
    const std::string_view kLength = "Content-Length: ";
    const size_t length = pending_.substr(0, size).find(kLength);
    if (length != std::string::npos) {
      size +=
          std::strtoul(pending_.c_str() + length + kLength.size(), nullptr, 10);
    }
    while (pending_.size() < size) {
      if (!ReadSome()) return "";
    }
    std::string request = pending_.substr(0, size);
    pending_.erase(0, size);
    return request;
  }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent =
          tls_ != nullptr
              ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
              : send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // An answer with a length; `headers` are whole lines.
  bool Answer(std::string_view body, std::string_view headers = "",
              std::string_view status = "200 OK") {
    return Send(fmt::format("HTTP/1.1 {}\r\n{}Content-Length: {}\r\n\r\n{}",
                            status, headers, body.size(), body));
  }

  void WaitUntilGone() {
    while (ReadSome()) {
    }
  }

  // The connection will end with a reset, which no goodbye comes before.
  void ResetOnClose() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    if (tls_ != nullptr) SSL_set_quiet_shutdown(tls_, 1);
  }

  int socket() const { return socket_; }

 private:
  bool ReadSome() {
    char buffer[4096];
    const auto got = tls_ != nullptr
                         ? SSL_read(tls_, &buffer[0], sizeof(buffer))
                         : recv(socket_, &buffer[0], sizeof(buffer), 0);
    if (got <= 0) return false;
    pending_.append(&buffer[0], static_cast<size_t>(got));
    return true;
  }

  int socket_;
  SSL* tls_;
  std::string pending_;
};

// Listens on 127.0.0.1 and runs `script` on each connection that comes, in a
// thread of its own; the connection ends with it. With a TLS context,
// `before_handshake` runs first.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit ScriptedServer(
      Script script, SSL_CTX* tls = nullptr,
      std::function<void()> before_handshake = [] {})
      : script_(std::move(script)),
        tls_(tls),
        before_handshake_(std::move(before_handshake)),
        listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    MISPSIFT_CHECK(bind(listener_, generic, size) == 0);
    MISPSIFT_CHECK(listen(listener_, 16) == 0);
    MISPSIFT_CHECK(getsockname(listener_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { AcceptAll(); });
  }

  ~ScriptedServer() {
    stopping_ = true;
    // A listener that is shut down does not wake accept() everywhere.
    const int knock = Connect(port_);
    acceptor_.join();
    if (knock >= 0) close(knock);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (const int peer : open_) shutdown(peer, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    close(listener_);
  }

  static int Connect(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) !=
        0) {
      close(fd);
      return -1;
    }
    return fd;
  }

  int port() const { return port_; }
  int accepted() const { return accepted_; }
  std::string Url(std::string_view path = "/") const {
    return fmt::format("{}://127.0.0.1:{}{}",
                       tls_ != nullptr ? "https" : "http", port_, path);
  }

 private:
  void AcceptAll() {
    // Of the server's threads alone, which inherit it: the transport has to
    // see to its own.
    sigset_t sigpipe;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, nullptr);
    while (true) {
      const int peer = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (stopping_) {
        if (peer >= 0) close(peer);
        return;
      }
      if (peer < 0) continue;
      ++accepted_;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        open_.push_back(peer);
      }
      threads_.emplace_back([this, peer] { Serve(peer); });
    }
  }

  void Serve(int socket) {
    SSL* tls = nullptr;
    bool ready = true;
    if (tls_ != nullptr) {
      before_handshake_();
      tls = SSL_new(tls_);
      SSL_set_fd(tls, socket);
      ready = SSL_accept(tls) == 1;
    }
    if (ready) {
      Peer peer(socket, tls);
      script_(peer);
      if (tls != nullptr) SSL_shutdown(tls);
    }
    SSL_free(tls);
    const std::lock_guard<std::mutex> lock(mutex_);
    open_.remove(socket);
    close(socket);
  }

  Script script_;
  SSL_CTX* tls_;
  std::function<void()> before_handshake_;
  int listener_;
  int port_ = 0;
  std::atomic<int> accepted_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::list<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_NET_SCRIPTED_SERVER_H_
