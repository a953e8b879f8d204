#ifndef MISPSIFT_BASE_BYTES_H_
#define MISPSIFT_BASE_BYTES_H_

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace mispsift {

// A buffer that its owner fills again and again: it grows, never shrinks, and
// keeps kPadding readable bytes past size(), which simdjson asks for. Memory
// that is touched for the first time is slower than any parser, so a worker
// keeps one of these for all its reports.
class PaddedBytes {
 public:
  static constexpr size_t kPadding = 64;

  PaddedBytes() = default;
  PaddedBytes(PaddedBytes&& other) noexcept
      : data_(std::move(other.data_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  PaddedBytes& operator=(PaddedBytes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }

  char* data() { return data_.get(); }
  const char* data() const { return data_.get(); }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_.get(), size_}; }

  // Room for `capacity` bytes and the padding; keeps the first size() bytes.
  void Reserve(size_t capacity) {
    if (data_ != nullptr && capacity <= capacity_) return;
    size_t grown = capacity_ + capacity_ / 2;
    if (grown < capacity) grown = capacity;
    // Not value-initialised: touching pages that are not used yet would cost.
    std::unique_ptr<char[]> data(new char[grown + kPadding]);
    if (size_ > 0) std::memcpy(data.get(), data_.get(), size_);
    data_ = std::move(data);
    capacity_ = grown;
  }

  // Sets the size within the reserved room and clears the padding behind it.
  void SetSize(size_t size) {
    Reserve(size);
    size_ = size;
    std::memset(data_.get() + size, 0, kPadding);
  }

  // `bytes` are not of this buffer.
  void Append(std::string_view bytes) {
    Reserve(size_ + bytes.size());
    if (!bytes.empty()) {
      std::memcpy(data_.get() + size_, bytes.data(), bytes.size());
    }
    SetSize(size_ + bytes.size());
  }

  void Assign(std::string_view bytes) {
    Reserve(bytes.size());
    if (!bytes.empty()) std::memcpy(data_.get(), bytes.data(), bytes.size());
    SetSize(bytes.size());
  }

 private:
  std::unique_ptr<char[]> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_BASE_BYTES_H_
