#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace smg::test {

/// Listens where nobody may call, and counts who does. Answers as a supplier that takes everything, so that whoever comes
/// would be glad; or with `greeting` alone, whatever it is asked.
class Canary {
public:
    explicit Canary(std::string greeting = {});
    ~Canary();
    Canary(const Canary&) = delete;
    Canary& operator=(const Canary&) = delete;

    int port() const { return port_; }
    /// `SCHEME://HOST:PORT/api/v2`
    std::string url(const std::string& host = "127.0.0.1", const std::string& scheme = "http") const;
    int connections() const { return connections_; }

private:
    void serve();

    std::string greeting_;
    int listener_ = -1, port_ = 0;
    std::atomic<int> connections_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace smg::test
