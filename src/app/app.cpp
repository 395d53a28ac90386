#include "app/app.hpp"

#include <fmt/core.h>
#include <signal.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <iostream>

#include "app/commands.hpp"
#include "app/doctor.hpp"
#include "app/options.hpp"
#include "app/pages.hpp"
#include "app/shops.hpp"
#include "app/sign_in.hpp"
#include "app/version.hpp"
#include "app/watch.hpp"
#include "base/log.hpp"
#include "embedded/disposable_domains.hpp"
#include "embedded/web.hpp"
#include "http/gzip.hpp"
#include "notices/notice_store.hpp"
#include "orders/order_table.hpp"
#include "products/product_table.hpp"
#include "sites/shop_check.hpp"
#include "suppliers/circuit_watch.hpp"
#include "wallets/transaction_table.hpp"

namespace smg {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr auto refresh_every = std::chrono::seconds(10);  // of settings and lanes, for changes made on other nodes

/// A database that is away is not the client's fault and not ours to explain: come again.
http::Response crashed(std::exception_ptr error)
{
    constexpr int come_again_s = 2;
    try {
        std::rethrow_exception(error);
    } catch (const db::Unavailable& e) {
        log::error("the database did not take a request: {}", e.what());
        return http::reply(Error{Code::unavailable, "The service is busy. Try again shortly.", {}, come_again_s});
    } catch (...) {
        return http::crashed(std::current_exception());
    }
}

// What could not be delivered has a new chance.
void setting_changed(db::Tx& tx, Time now, std::string_view key)
{
    if (key.starts_with("telegram.")) notices::settings_changed(tx, now);
}

}  // namespace

struct App::Stop {
    explicit Stop(asio::io_context& io) : signals(io, SIGTERM, SIGINT), wake(io) {}
    asio::signal_set signals;
    Timer wake;
    bool asked = false;
};

App::App(const Config& config, DataHome home, ServeHooks hooks)
    : config_(config),
      hooks_(std::move(hooks)),
      clock_made_(clock_of(config)),
      clock_(*clock_made_),
      home_(std::move(home)),
      settings_(*home_.db, home_.master),
      disposable_(embedded::disposable_domains().front().bytes),
      boot_(this_boot(config, home_.node_id)),
      http_client_(io_),
      shops_([this](net::HttpRequest request) { return http_client_.perform(std::move(request)); }, clock_),
      senders_(static_cast<std::size_t>(config.sender_threads)),
      file_makers_(1),
      traffic_(clock_, [this] { return suppliers::circuit_limits(settings_); }),
      provider_desk_{*home_.db, clock_, home_.master, settings_, http_client_, traffic_},
      site_desk_{*home_.db, clock_, home_.master, settings_, shops_, after_check(clock_, settings_, home_.master)},
      wallet_desk_{*home_.db, clock_, home_.master, settings_, shops_},
      callers_(*home_.db, clock_),
      journal_(config.journal_folder(), {boot_.boot_id, boot_.node_id, boot_.host}, clock_, journal_options(config),
               [this](const std::string& why) { fail_and_stop(why); }),
      intake_(io_, *home_.db, clock_, settings_, disposable_),
      dispatch_(*home_.db, clock_, home_.master, settings_, senders_, traffic_, metrics_, journal_, boot_.boot_id,
                dispatch_options(config)),
      evidence_(provider_desk_, senders_, [this]() -> bool { return safety_.may_send; }),
      tracking_(*home_.db, clock_, home_.master, settings_, http_client_, traffic_),
      telegram_(http_client_, settings_),
      delivery_(*home_.db, clock_, settings_,
                [this](notices::TelegramMessage message) { return telegram_.send(std::move(message)); }),
      live_(io_, *home_.db, clock_, http_client_,
            {applications_of(config, home_.master), realtime_limits_of(config), outside_,
             [this](db::Tx& tx, const std::string& server, const std::optional<realtime::Trouble>& trouble, bool over) {
                 tell_of_outside(tx, clock_, settings_, home_.node_id, server, trouble, over);
             },
             [this](db::Tx& tx, const std::string& app, const std::string& why) {
                 tell_of_hook(tx, clock_, settings_, app, why);
             }}),
      webhooks_(
          *home_.db, clock_, home_.master, settings_,
          [this](net::HttpRequest request) { return http_client_.perform(std::move(request)); },
          [this](db::Tx& tx, const webhooks::Trouble& trouble) { tell_of_webhook(tx, clock_, settings_, trouble); }),
      sources_{orders::order_source(), products::product_source(), wallets::transaction_source()},
      heartbeat_(io_, *home_.db, clock_, boot_),
      runner_(
          io_, *home_.db, clock_,
          job_kinds({dispatch_,
                     evidence_,
                     tracking_,
                     delivery_,
                     live_,
                     webhooks_,
                     provider_desk_,
                     {*home_.db, clock_, settings_},
                     {*home_.db, clock_, settings_, callers_, intake_,
                      [this](db::Tx& tx, const std::string& boot) { return sender_is_gone(tx, boot); }, who_decides},
                     {*home_.db, clock_, settings_, file_makers_, sources_, who_sees},
                     site_desk_,
                     {site_desk_, intake_},
                     wallet_desk_,
                     {*home_.db, clock_, home_.master, settings_, shops_}}),
          boot_, [this](std::string_view lane) { return lane_limit(lane); },
          [this](db::Tx& tx, const jobs::DeadJob& job) { tell_of_dead_job(tx, clock_, settings_, job); }, runner_options()),
      timetable_(io_, *home_.db, clock_, timetable(settings_)),
      alarms_(*home_.db, clock_, started_at_, timetable_.tasks(), settings_),
      tending_sockets_(io_, "sockets", Live::tended_every, [this] { return live_.tend(); }),
      recovery_(io_, "recovery", Duration{config.recovery_every_ms}, [this] { return recover(); }),
      watching_work_(io_, "alarms", Duration{config.recovery_every_ms}, [this] { return watch_work(); }),
      refreshing_(io_, "settings", refresh_every, [this] { return refresh(); }),
      tending_circuits_(io_, "circuits", suppliers::circuits_looked_at_every,
                        [this] { return suppliers::tend_circuits(provider_desk_, metrics_); }),
      watching_clock_(io_, "clock", clock_looked_at_every, [this] { return clock_watch_.look(*home_.db, clock_); }),
      assets_(embedded::web().front().bytes),
      content_policy_(content_policy(outside_ ? outside_->origin() : std::string())),
      sign_in_throttle_(clock_),
      first_run_(*home_.db),
      people_desk_{{*home_.db, clock_, home_.master, passwords_, sign_in_throttle_},
                   users::SessionCookie(config.base_url),
                   first_run_,
                   config.base_url,
                   std::string(version)},
      audit_desk_{*home_.db},
      settings_desk_{*home_.db, clock_, home_.master, setting_changed},
      currency_desk_{*home_.db, clock_},
      status_word_desk_{*home_.db, clock_},
      batch_desk_{*home_.db, clock_, callers_},
      export_desk_{*home_.db, clock_, settings_, sources_},
      order_desk_{*home_.db,    clock_,
                  home_.master, settings_,
                  callers_,     intake_,
                  http_client_, traffic_,
                  metrics_,     [this](db::Tx& tx, const std::string& boot) { return sender_is_gone(tx, boot); }},
      email_rule_desk_{*home_.db, clock_},
      notice_desk_{*home_.db, clock_},
      webhook_desk_{*home_.db, clock_, home_.master},
      product_desk_{*home_.db, clock_, settings_},
      job_desk_{*home_.db, clock_},
      system_desk_{*home_.db,         clock_,
                   config_,           boot_,
                   started_at_,       timetable_.tasks(),
                   traffic_.circuits, [this] { return Crowds{server_.connections(), live_.crowd()}; }},
      limiter_(clock_, {config.token_rate, config.token_rate}),
      router_(routes(), unless_damaged(safety_, sign_in(io_, *home_.db, clock_, callers_, people_desk_)), limiter_, metrics_,
              crashed),
      server_(io_, limits_of(config), proxies_of(config),
              [this](http::Request request) { return answer(std::move(request)); }),
      control_(io_, config.control_socket(),
               [this](std::string_view name, const json::object& options) -> Result<std::string> {
                   if (name == routes_command) return router_.describe();
                   if (name == "doctor") return report_of(examine(config_, clock_, *home_.db));
                   auto done = run_command({*home_.db, clock_, home_.master, config_.journal_folder(), home_.node_id}, name,
                                           options);
                   if (done && name == accept_damage_command) recovery_.wake();  // workers may start now
                   return done;
               }),
      stop_(std::make_unique<Stop>(io_))
{
    home_.db->listen([this](const db::Announcement& announcement) { heard(announcement); });
}

// What runs on other threads ends first, while everything that it uses is still there: senders, a command, the database.
App::~App()
{
    dispatch_.close();
    senders_.join();
    file_makers_.join();
    control_.join();
    home_.db.reset();
}

// What is told to other programs, and what shops are asked for, goes on while nothing may be sent to suppliers.
int App::lane_limit(std::string_view lane) const
{
    if (auto limit = webhooks::lane_limit(lane)) return *limit;
    if (auto limit = sites::lane_limit(lane)) return *limit;
    if (auto limit = Live::lane_limit(lane)) return *limit;
    return safety_.may_send ? dispatch_.lane_limit(lane) : 0;
}

// As long as the journals are not settled, that is all: people are told, and nothing else is done.
jobs::RunnerOptions App::runner_options() const
{
    auto options = smg::runner_options(config_);
    options.may_take = [this](std::string_view kind) { return working_ || kind == notices::deliver_job; };
    return options;
}

void App::heard(const db::Announcement& announcement)
{
    if (announcement.topic == db::damage_topic) found_damage();
    else if (announcement.topic == "jobs") runner_.wake();
    else if (announcement.topic == "tokens" || announcement.topic == "sites") callers_.forget();
    else if (announcement.topic == "settings" || announcement.topic == "providers") refreshing_.wake();
    live_.heard(announcement);
    if (hooks_.announced) hooks_.announced(announcement);
}

Result<void> App::run()
{
    auto address = server_.listen(config_.listen);
    if (!address) return fail(address.error());
    address_ = *address;
    if (auto listening = control_.listen(); !listening) return listening;
    asio::co_spawn(io_, until_stopped(), [this](std::exception_ptr error) {
        if (!error) return;
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& e) {
            failed_ = Error{Code::failed, e.what()};
        }
        io_.stop();
    });
    io_.run();
    if (hooks_.ended) hooks_.ended();
    if (failed_) return fail(*failed_);
    return {};
}

void App::stop()
{
    asio::post(io_, [this] {
        stop_->asked = true;
        stop_->wake.cancel();
    });
}

// The disk cannot be trusted any more: only a new start knows what is on it.
void App::fail_and_stop(const std::string& why)
{
    asio::post(io_, [this, why] {
        failed_ = Error{Code::failed, why};
        stop_->asked = true;
        stop_->wake.cancel();
    });
}

Async<void> App::until_stopped()
{
    stop_->signals.async_wait([this](boost::system::error_code error, int) {
        if (!error) stop();
    });
    co_await start_work();
    if (hooks_.listening) hooks_.listening(address_, *home_.db, home_.master);
    else std::cout << fmt::format(R"({{"listening":"{}"}})", address_) << std::endl;
    co_await offer_first_run();
    log::info("smgcrm {} listens on {}, data in {}", version, address_, config_.data.string());
    while (!stop_->asked) {
        boost::system::error_code ignored;
        stop_->wake.expires_at(Timer::time_point::max());
        co_await stop_->wake.async_wait(asio::redirect_error(use_async, ignored));
    }
    log::info("stopping: what is in flight may end within {} s", config_.stop_timeout_s);
    co_await end_work();
    stop_->signals.cancel();
    io_.stop();
}

// A person who opened a page that is not there sees the application say so, not JSON.
Async<http::Response> App::answer(http::Request request)
{
    http::Request asked{request.method, request.path, {}, request.headers};  // without its body
    auto response = co_await router_.answer(std::move(request));
    bool page = asked.method == http::Method::GET && asked.header("accept").contains("text/html");
    if (response.status == 404 && page && !asked.path.starts_with("/api/")) {
        response = assets_.answer(asked, "/index.html");
        response.status = 404;
    }
    if (http::language_of(asked.header("accept-language")) == "uk") say_in_ukrainian(ukrainian_, asked.path, response);
    cors_.apply(asked, response);
    http::compress(asked, response);
    harden(response, content_policy_);
    co_return response;
}

// On standard error and in no log file: whoever has the link is the administrator.
Async<void> App::offer_first_run()
{
    if (people_desk_.base_url.empty()) people_desk_.base_url = "http://" + address_;
    if (safety_.damaged || !config_.has_role("web") || hooks_.listening) co_return;
    std::optional<Secret> token;
    try {
        token = co_await first_run_.begin();
    } catch (const db::DatabaseError& e) {
        log::warning("whether there is an account could not be read: {}", e.what());
    }
    if (token)
        std::cerr << fmt::format("There is no account yet. Make the first one at {}/setup#{}\n", people_desk_.base_url,
                                 token->reveal())
                  << std::flush;
}

// On a damaged database it listens all the same, to say so.
Async<void> App::start_work()
{
    try {
        co_await begin_work();
    } catch (const db::Damaged&) {
        found_damage();
    }
}

Async<void> App::begin_work()
{
    auto enter = [this](db::Tx& tx) -> Result<void> {
        jobs::register_boot(tx, clock_.now(), boot_);
        return {};
    };
    co_await home_.db->write(std::move(enter));
    co_await look_for_damage();
    co_await refresh();
    refreshing_.start();
    tending_circuits_.start();
    watching_clock_.start();
    tending_sockets_.start();
    live_.start();
    heartbeat_.start();
    if (config_.has_role("worker") && !safety_.damaged) {
        runner_.start();
        // Before any order is worked on: what an earlier process left must be known first. What is damaged is told by the
        // loop.
        if (auto settled = co_await settle_journals(); settled) co_await recover();
        recovery_.start();
    }
    if (config_.has_role("scheduler") && !safety_.damaged) timetable_.start();
    watching_work_.start();
}

Async<void> App::end_work()
{
    auto patience = std::chrono::seconds(config_.stop_timeout_s);
    control_.stop();
    server_.stop_accepting();
    if (config_.has_role("scheduler")) co_await timetable_.stop();
    if (config_.has_role("worker")) {
        co_await runner_.stop(patience);
        co_await recovery_.stop();
    }
    co_await watching_work_.stop();
    co_await tending_sockets_.stop();
    co_await live_.drain(patience);
    co_await server_.drain(patience);
    co_await watching_clock_.stop();
    co_await tending_circuits_.stop();
    co_await refreshing_.stop();
    co_await heartbeat_.stop();
}

Async<void> App::refresh()
{
    co_await settings_.refresh();
    co_await watch_safety();
    co_await dispatch_.refresh_lanes();
    runner_.wake();  // a released supplier's orders go on at once
    co_await measure(*home_.db, clock_, metrics_);
    live_.show(metrics_);
}

}  // namespace smg
