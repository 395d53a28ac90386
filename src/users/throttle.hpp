#pragma once

#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

namespace smg::users {

/// How many tries one key has before it must wait, and how long each weighs.
struct TryLimit {
    int at_once = 10;
    Duration each = std::chrono::seconds(60);
    std::size_t keys = 50'000;  // remembered at most; the one unused for longest is forgotten first
};

/// Counts tries when they begin, so that a hundred at once count as a hundred, and forgives those that succeed: who signs in
/// well is never held up, and nobody is locked out for good. In memory: each node counts for itself.
class TryCounter {
public:
    TryCounter(const Clock& clock, TryLimit limit) : clock_(clock), limit_(limit) {}

    /// Seconds until `key` may try again; 0: now.
    int wait_s(std::string_view key);
    void begin(std::string_view key);
    void forgive(std::string_view key);  // the last try
    void forget(std::string_view key);   // all of them

private:
    struct Bucket {
        std::string key;
        Time empty_at;  // leaks one try in `each`
    };
    Bucket* find(std::string_view key);

    const Clock& clock_;
    const TryLimit limit_;
    std::mutex mutex_;
    std::list<Bucket> by_use_;
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> found_;
};

/// Sign-ins: by account and address, by account, by address (an IPv6 network of /64 is one), and altogether.
class SignInThrottle {
public:
    explicit SignInThrottle(const Clock& clock);

    /// Begins a try; or seconds until there may be one, and then it did not begin.
    int begin(std::string_view account, std::string_view ip);
    void succeeded(std::string_view account, std::string_view ip);

private:
    TryCounter both_, account_, address_, all_;
};

}  // namespace smg::users
