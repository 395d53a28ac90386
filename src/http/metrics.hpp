#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace smg::http {

/// Handles to one time series each; cheap to copy, valid as long as their Metrics, safe on any thread.
class Counter {
public:
    explicit Counter(prometheus::Counter& series) : series_(&series) {}
    void add(double by = 1) const;

private:
    prometheus::Counter* series_;
};

class Gauge {
public:
    explicit Gauge(prometheus::Gauge& series) : series_(&series) {}
    void set(double value) const;

private:
    prometheus::Gauge* series_;
};

class Histogram {
public:
    explicit Histogram(prometheus::Histogram& series) : series_(&series) {}
    void observe(double value) const;

private:
    prometheus::Histogram* series_;
};

/// What `/metrics` shows. Labels must come from small closed sets: a route's pattern, never a path; a status, never a
/// message.
class Metrics {
public:
    using Labels = std::map<std::string, std::string>;

    Metrics();
    ~Metrics();

    /// The same name and labels give the same series; a name keeps its kind.
    Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& buckets,
                        const Labels& labels = {});

    /// One answered request under its route's pattern.
    void answered(std::string_view pattern, Method method, int status, double seconds);

    /// In Prometheus' exposition format, version 0.0.4.
    std::string text() const;

private:
    struct RouteSeries {
        Histogram seconds;
        std::map<std::pair<Method, int>, Counter> requests;
    };

    std::unique_ptr<prometheus::Registry> registry_;
    std::mutex mutex_;
    std::map<std::string, RouteSeries, std::less<>> routes_;  // so that a request looks up no labels
};

}  // namespace smg::http
