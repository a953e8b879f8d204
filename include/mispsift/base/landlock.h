#ifndef MISPSIFT_BASE_LANDLOCK_H_
#define MISPSIFT_BASE_LANDLOCK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace mispsift {

// What a process may still do once it is confined.
struct Confinement {
  // Files, and folders with all below them; what is not there is left out.
  std::vector<std::string> read;
  bool read_anything = false;
  // Folders in which files and folders may be read, made, renamed and removed.
  std::vector<std::string> write;
  bool connect_anywhere = false;
};

// The version of Landlock that the kernel has: 0 none, 4 and more can also keep
// a process from the network.
int LandlockVersion();

// From here on the calling thread, and those and the processes that it starts,
// open files as `allowed` says, run no other program and, from version 4 on,
// open no TCP connections unless `allowed` says so; what is open stays open.
// The system's own files, such as libraries and time zones, stay readable.
// There is no way back.
//
// Errors: kUnimplemented where the kernel has no Landlock; errno's otherwise.
// On an error nothing has changed.
// Threads: those that run already are not confined.
// Source: Linux, Documentation/userspace-api/landlock.rst.
absl::Status Confine(const Confinement& allowed);

}  // namespace mispsift

#endif  // MISPSIFT_BASE_LANDLOCK_H_
