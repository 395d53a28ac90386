#include "http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/words.hpp"

namespace smg::http {
namespace {

const std::vector<double>& latency_buckets_s()
{
    static const std::vector<double> buckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    return buckets;
}

}  // namespace

void Counter::add(double by) const { series_->Increment(by); }
void Gauge::set(double value) const { series_->Set(value); }
void Histogram::observe(double value) const { series_->Observe(value); }

Metrics::Metrics() : registry_(std::make_unique<prometheus::Registry>(prometheus::Registry::InsertBehavior::Merge)) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels)
{
    return Counter(prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels)
{
    return Gauge(prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const std::vector<double>& buckets,
                             const Labels& labels)
{
    return Histogram(prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, buckets));
}

void Metrics::answered(std::string_view pattern, Method method, int status, double seconds)
{
    std::lock_guard lock(mutex_);
    auto route = routes_.find(pattern);
    if (route == routes_.end()) {
        Labels labels{{"route", std::string(pattern)}};
        auto latency = histogram("http_request_seconds", "How long requests took to answer.", latency_buckets_s(), labels);
        route = routes_.emplace(pattern, RouteSeries{latency, {}}).first;
    }
    auto& requests = route->second.requests;
    auto known = requests.find({method, status});
    if (known == requests.end()) {
        Labels labels{
            {"route", std::string(pattern)}, {"method", std::string(word(method))}, {"status", std::to_string(status)}};
        auto series = counter("http_requests_total", "Requests answered.", labels);
        known = requests.emplace(std::pair(method, status), series).first;
    }
    known->second.add();
    route->second.seconds.observe(seconds);
}

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

}  // namespace smg::http
