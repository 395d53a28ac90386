#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

namespace smg::http {

struct RateLimit {
    int per_second = 200;
    int burst = 200;             // how many may come at once
    std::size_t keys = 100'000;  // remembered at most; the one unused for longest is forgotten first
};

/// One token bucket per key. All nodes count on their own.
class RateLimiter {
public:
    RateLimiter(const Clock& clock, RateLimit limit) : clock_(clock), limit_(limit) {}

    struct Verdict {
        bool allowed = true;
        int limit = 0;
        int remaining = 0;
        int retry_after_s = 0;  // 0 when allowed
    };
    Verdict take(std::string_view key);
    std::size_t keys() const;

private:
    // A bucket is one number: the moment at which it is full again (GCRA), in microseconds since 1970.
    struct Bucket {
        std::string key;
        std::int64_t full_at = 0;
    };
    Bucket& bucket(std::string_view key);

    const Clock& clock_;
    RateLimit limit_;
    mutable std::mutex mutex_;
    std::list<Bucket> by_use_;  // most recently used first
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> found_;
};

}  // namespace smg::http
