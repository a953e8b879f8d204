#ifndef MISPSIFT_TOOLS_CORPUS_CALLS_H_
#define MISPSIFT_TOOLS_CORPUS_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "tools/corpus/background.h"
#include "tools/corpus/places.h"
#include "tools/corpus/plan.h"
#include "tools/corpus/planting_writer.h"
#include "tools/corpus/random.h"

namespace mispsift::corpus {

struct Api;
struct ApiArgument;

// Writes the API calls of one report; time goes on from one to the next.
class CallWriter {
 public:
  CallWriter(Source source, PlantingWriter* json, Random* random);

  // An object: some call, or one that fits the planted value and shows it.
  void Write();
  void Write(Planted* planted);

 private:
  void Write(const Api& api, Planted* planted);
  void Members1(const Api& api, Planted* planted);
  void Members2(const Api& api, Planted* planted);
  void Value(const Api& api, size_t argument, Planted* planted);
  void Invent(const ApiArgument& argument);
  std::string Seconds() const;
  std::string TimeOfDay() const;

  const Source source_;
  PlantingWriter& json_;
  Random& random_;
  Background background_;
  uint64_t clock_;  // milliseconds
  uint64_t id_ = 0;
};

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_CALLS_H_
