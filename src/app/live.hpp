#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "app/live_outside.hpp"
#include "db/database.hpp"
#include "http/caller.hpp"
#include "http/metrics.hpp"
#include "jobs/job.hpp"
#include "net/http_client.hpp"
#include "realtime/server.hpp"

namespace smg {

/// What happens here, told to open pages: after a commit, as ids and versions, in channels that only those may hear who may
/// read the rows. Pages ask for the rows themselves, so that no right is given by an event.
///
/// - `private-site.{id}`, and `private-sites` for those who see all sites: `orders.changed`, `products.changed`,
///   `transactions.changed`, `sites.checked`
/// - `private-user.{id}`: `notices.changed`, `batch.progress`
/// - `presence-order.{id}`: who has the order open
///
/// With an outside server pages listen there, and this program's own serves the further apps alone.
class Live {
public:
    static constexpr auto tended_every = std::chrono::seconds(1);

    /// An app's webhook was not delivered for hours, and why.
    using TellOfHook = std::function<void(db::Tx&, const std::string& app, const std::string& why)>;
    struct Setup {
        std::vector<realtime::Application> apps;
        realtime::Limits limits;
        std::optional<realtime::Outside> outside = {};
        LiveOutside::Tell tell_of_outside = {};
        TellOfHook tell_of_hook;
    };
    Live(boost::asio::io_context& io, db::Database& db, const Clock& clock, net::HttpClient& http_client, Setup setup);
    ~Live();

    http::Routes server_routes();  // of the Pusher protocol
    http::Routes routes();         // of our own pages: where to connect, and what they may hear

    /// From any thread: what was announced after a commit.
    void heard(const db::Announcement& announcement);

    void start();

    /// Once a second: pings, and whether those who listen still may.
    Async<void> tend();

    Async<> drain(Duration patience);

    struct Crowd {
        std::size_t connections = 0, channels = 0;
    };
    /// Of the Pusher protocol, on this node.
    Crowd crowd();
    void show(http::Metrics& metrics);

    /// The job that brings an app's webhook what happened in its channels (app/live_hooks.cpp).
    jobs::Kind hook_job();
    /// How many deliveries at once to the app of this lane; none when it is another lane.
    static std::optional<int> lane_limit(std::string_view lane);

private:
    struct News;
    Async<Result<json::object>> where(http::Caller caller);
    struct Wanted;
    struct Place;
    struct Allowed;
    using Person = realtime::Client::Person;
    Async<Result<json::object>> authorize(http::Caller caller, Wanted wanted);
    bool take_socket(const Person& person, const Wanted& wanted);
    std::map<Person, std::set<std::string>> listeners();
    Async<void> recheck();
    void cut_off(const std::set<Person>& people);
    void note_for_hook(const realtime::Application& app, const realtime::HookEvent& event);
    Async<void> enqueue_hooks();
    Async<jobs::Outcome> deliver(jobs::Job job);
    void tell();
    void tell_in(std::chrono::milliseconds time);
    void say(std::string channel, std::string event, std::string data);
    void say_to_people(std::string event, std::string data);

    boost::asio::io_context& io_;
    db::Database& db_;
    const Clock& clock_;
    net::HttpClient& http_client_;
    std::map<std::string, json::array> for_hooks_;  // by app, until the next tick
    bool hooks_lost_ = false;                       // since the last tick
    TellOfHook tell_of_hook_;
    realtime::Server server_;
    const realtime::Application& own_;
    const std::unique_ptr<LiveOutside> outside_;              // null: pages listen to our own server
    std::map<Person, std::set<std::string>> listen_outside_;  // what was signed for whom
    std::shared_ptr<News> news_;
    int since_recheck_ = 0;
};

}  // namespace smg
