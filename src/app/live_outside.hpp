#pragma once

#include <functional>
#include <optional>

#include "db/database.hpp"
#include "http/metrics.hpp"
#include "jobs/loop.hpp"
#include "realtime/publisher.hpp"

namespace smg {

/// The outside server that pages listen to in place of this program: brings it what Live has to say, and tells people when
/// it does not take it.
class LiveOutside {
public:
    static constexpr auto looked_at_every = std::chrono::seconds(1);

    /// Joins a transaction; `over`: it works again.
    using Tell = std::function<void(db::Tx&, const std::string& server, const std::optional<realtime::Trouble>&, bool over)>;

    LiveOutside(boost::asio::io_context& io, db::Database& db, const Clock& clock, realtime::Outside outside,
                realtime::Publisher::Send send, Tell tell);

    const realtime::Application& app() const { return publisher_.outside().app; }

    /// Where clients connect, for GET /api/v1/live.
    void add_address(json::object& to) const;

    void publish(std::string channel, std::string event, std::string data);
    void publish_to_all(std::string prefix, std::string event, std::string data);
    void terminate(std::int64_t user);
    bool full() const { return publisher_.full(); }

    void start() { loop_.start(); }

    /// One more try for what waits.
    Async<void> stop();

    void show(http::Metrics& metrics);

private:
    Async<void> step();

    db::Database& db_;
    realtime::Publisher publisher_;
    const Tell tell_;
    std::optional<realtime::Trouble> trouble_;
    bool told_ = false, settled_ = false;  // settled: also what an earlier run of the program told
    std::int64_t shown_sent_ = 0, shown_lost_ = 0;
    jobs::Loop loop_;
};

/// Whether it is a socket's id and nothing that could be read as more when it is signed.
bool is_socket_id(std::string_view text);

}  // namespace smg
