#pragma once

#include <map>
#include <string>

#include "abuse/swarm.hpp"
#include "http/installation.hpp"

namespace smg::test {

/// An installation with short limits, what it costs the machine, and the shop that must not notice.
class Besieged {
public:
    /// `environment` is added to the short limits.
    explicit Besieged(std::map<std::string, std::string> environment = {});

    int port() { return shop_.server().port(); }
    Installation& installation() { return shop_; }

    /// createOrder so often, one after the other, each on a connection of its own; fails the test for each that is not
    /// taken.
    void orders_flow(int count = 50);
    /// One order's whole request, as bytes for a connection that is kept.
    std::string order_request(const std::string& number);

    int sockets();             // that the server has open
    std::size_t memory_mib();  // the most it ever used
    /// Fails the test above 300 MiB. Sanitizers use more, and are not asked.
    void memory_holds();
    /// Fails the test when the server is gone or keeps sockets of clients who are gone.
    void recovers();

private:
    Installation shop_;
    int idle_sockets_ = 0, ordered_ = 0;
};

/// This test and what it starts may open as many files as the system allows.
void raise_own_open_files();

}  // namespace smg::test
