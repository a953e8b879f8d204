#include "tests/support/fake_misp_delivery.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "mispsift/base/check.h"

namespace mispsift {
namespace {

using Body = std::shared_ptr<const std::string>;

std::string Gzip(const std::string& text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  MISPSIFT_CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8,
                              Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  // zlib takes what it only reads through a pointer that is not const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  MISPSIFT_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Bytes `from` to `to` of the body, or the first of them.
bool WritePiece(const std::string& body, size_t from, size_t to,
                httplib::DataSink* sink) {
  constexpr size_t kPiece = 256 << 10;
  return sink->write(body.data() + from, std::min(to - from, kPiece));
}

// How an answer with a Content-Length leaves.
struct Course {
  size_t cut_at = std::string::npos;    // then the connection closes
  size_t pause_at = std::string::npos;  // then nothing for `delay`
  std::chrono::milliseconds delay{0};
};

void SendWithLength(Body body, const std::string& type, const Course& course,
                    FakePauses* pauses, httplib::Response* response) {
  response->set_content_provider(
      body->size(), type,
      [body, course, pauses](size_t offset, size_t, httplib::DataSink& sink) {
        // A body that is to be sent whole is cut behind its last byte: false
        // makes httplib close the connection.
        if (offset == course.pause_at) pauses->Pause(course.delay);
        size_t stop = std::min(body->size(), course.cut_at);
        if (offset < course.pause_at) stop = std::min(stop, course.pause_at);
        if (offset < stop && !WritePiece(*body, offset, stop, &sink)) {
          return false;
        }
        return offset < course.cut_at;
      });
}

// Chunked; without the last chunk when it is not `whole`.
void SendChunked(Body body, const std::string& type, bool whole,
                 httplib::Response* response) {
  response->set_chunked_content_provider(
      type, [body, whole](size_t offset, httplib::DataSink& sink) {
        if (offset < body->size()) {
          return WritePiece(*body, offset, body->size(), &sink);
        }
        if (whole) sink.done();
        return whole;
      });
}

}  // namespace

void FakePauses::Pause(std::chrono::microseconds time) {
  if (time.count() > 0) PauseUntil(std::chrono::steady_clock::now() + time);
}

void FakePauses::PauseUntil(std::chrono::steady_clock::time_point end) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, end, [this] { return stopped_; });
}

void FakePauses::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

void Deliver(FakeAnswer answer, const std::optional<Fault>& fault,
             bool takes_gzip, FakePauses* pauses, httplib::Response* response) {
  response->status = answer.status;
  for (const auto& [name, value] : answer.headers) {
    response->headers.emplace(name, value);
  }
  std::string body = std::move(answer.body);
  Course course;
  bool chunked = false;
  bool whole = true;
  if (fault.has_value()) {
    switch (fault->kind) {
      case Fault::Kind::kSlow:
        pauses->Pause(fault->delay);
        break;
      case Fault::Kind::kTruncate:
        body.resize(std::min(body.size(), fault->bytes));
        break;
      case Fault::Kind::kCut:
        course.cut_at = fault->bytes;
        break;
      case Fault::Kind::kCutChunks:
        body.resize(std::min(body.size(), fault->bytes));
        chunked = true;
        whole = false;
        break;
      case Fault::Kind::kStall:
        course.pause_at = fault->bytes;
        course.delay = fault->delay;
        break;
      case Fault::Kind::kGzip:
        if (!takes_gzip || body.empty()) break;
        body = Gzip(body);
        chunked = true;
        response->set_header("Content-Encoding", "gzip");
        response->set_header("Vary", "Accept-Encoding");
        break;
      case Fault::Kind::kClose:
        response->set_header("Connection", "close");
        break;
      default:
        break;
    }
  }
  if (chunked) {
    SendChunked(std::make_shared<const std::string>(std::move(body)),
                answer.content_type, whole, response);
  } else if (body.empty()) {
    response->set_header("Content-Type", answer.content_type);
  } else {
    SendWithLength(std::make_shared<const std::string>(std::move(body)),
                   answer.content_type, course, pauses, response);
  }
}

}  // namespace mispsift
