#ifndef MISPSIFT_BASE_PROMETHEUS_TEXT_H_
#define MISPSIFT_BASE_PROMETHEUS_TEXT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mispsift {

// Metrics in Prometheus' text format, as node_exporter's textfile collector
// reads them:
//
//   # HELP mispsift_reports_total Reports of the last scan
//   # TYPE mispsift_reports_total counter
//   mispsift_reports_total{result="ok"} 18
//
// Names and types are the caller's to choose well; help and label values may
// hold anything that is UTF-8.
class PrometheusText {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  // Begins a metric; its samples follow.
  void Start(std::string_view name, std::string_view type,
             std::string_view help);
  void Add(const Labels& labels, double value);

  const std::string& text() const { return text_; }

 private:
  std::string name_;
  std::string text_;
};

}  // namespace mispsift

#endif  // MISPSIFT_BASE_PROMETHEUS_TEXT_H_
