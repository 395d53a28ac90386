#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/json.hpp"
#include "net/http_client.hpp"
#include "realtime/application.hpp"

namespace smg::realtime {

/// A server of Pusher's protocol elsewhere: Pusher itself, soketi, or another smgcrm.
struct Outside {
    Application app;      // its id, key and secret there
    std::string api_url;  // `https://host:port`, where events are published
    std::string host;     // where clients connect
    int port = 443;
    bool tls = true;
    std::string cluster = {};  // of Pusher's own; otherwise empty

    /// As a browser's policy names it: `wss://host:port`.
    std::string origin() const;
};

/// What a person is to be told of the outside server.
struct Trouble {
    Time since;
    std::string reason;
    std::int64_t lost = 0;  // events that it never got
};

/// Publishes to an outside server, in batches and again until it has taken them. Nothing waits for it: its queue is bounded,
/// and what is older than listeners' own reading anew is given up, and counted. On the I/O thread alone.
class Publisher {
public:
    static constexpr std::size_t most_waiting = 2000, full_at = 500;
    static constexpr Duration kept_for = std::chrono::minutes(5);
    static constexpr Duration asked_every = std::chrono::minutes(5);  // for a sign of life when nothing happens
    static constexpr Duration first_delay = std::chrono::seconds(1), last_delay = std::chrono::seconds(30);
    static constexpr Duration refused_for = std::chrono::seconds(30), silent_for = std::chrono::minutes(10);

    using Send = std::function<Async<net::HttpResult>(net::HttpRequest)>;
    Publisher(const Clock& clock, Outside outside, Send send);

    const Outside& outside() const { return outside_; }

    void publish(std::string channel, std::string event, std::string data);

    /// To every channel that begins so and has a listener then.
    void publish_to_all(std::string prefix, std::string event, std::string data);

    /// Ends all connections of a user who has signed in there.
    void terminate(std::string user) { to_end_.insert(std::move(user)); }

    /// Sends until nothing waits or a call fails, whose next try has its own time; `at_once`: without waiting for that. One
    /// call of this at a time.
    Async<void> send_waiting(bool at_once = false);

    /// So much waits that whoever can gather news should go on gathering.
    bool full() const { return waiting_.size() >= full_at; }
    std::size_t waiting() const { return waiting_.size(); }
    std::int64_t sent() const { return sent_; }
    std::int64_t lost() const { return lost_; }

    /// What lasts long enough to be told; not what a next try may mend.
    std::optional<Trouble> trouble() const;

    /// The last call was answered as it should be.
    bool works() const { return answered_at_ && !failing_since_; }

private:
    struct Item {
        std::string channel;  // or what the channels begin with
        std::string event, data;
        Time at;
        bool to_all = false;
    };
    enum class Answer { taken, later, never };

    void add(Item item);
    void lose(std::size_t count, std::string_view why);
    void forget_old();
    bool silent_too_long() const;
    Async<void> send_all(bool at_once);
    Async<void> ask();
    Async<Answer> send_some();
    Async<Answer> send_batch(std::vector<Item>& batch);
    Async<Answer> send_to_all(const Item& item);
    Async<Answer> end_connections(std::string user);
    Async<Answer> occupied(std::string prefix, std::vector<std::string>& channels);
    Async<Answer> call(std::string method, std::string path, json::object body,
                       std::map<std::string, std::string> values = {}, json::object* reply = nullptr);
    Answer judge(const net::HttpResult& result, bool speaks);
    void failed(std::string why, bool refused, int after_s);

    const Clock& clock_;
    const Outside outside_;
    const Send send_;
    std::deque<Item> waiting_;
    std::set<std::string> to_end_;
    std::int64_t sent_ = 0, lost_ = 0, lost_before_ = 0;  // before: until the present trouble began
    std::optional<Time> answered_at_, failing_since_;
    std::string problem_;
    bool refused_ = false, lost_now_ = false;
    Time next_try_{};
    Duration delay_ = first_delay;
    int status_ = 0;  // of the last answer
};

}  // namespace smg::realtime
