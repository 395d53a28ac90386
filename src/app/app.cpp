#include "app/app.hpp"

#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <iostream>

#include "app/commands.hpp"
#include "app/sign_in.hpp"
#include "app/version.hpp"
#include "app/watch.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "embedded/disposable_domains.hpp"
#include "notices/notice_store.hpp"
#include "orders/recovery.hpp"

namespace smg {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr auto refresh_every = std::chrono::seconds(10);  // of settings and lanes, for changes made on other nodes

http::Limits limits_of(const Config& config)
{
    auto ms = [](int value) { return Duration{value}; };
    http::Limits limits;
    limits.header_bytes = static_cast<std::size_t>(config.header_bytes);
    limits.header_time = ms(config.header_timeout_ms);
    limits.body_bytes = static_cast<std::size_t>(config.body_bytes);
    limits.body_time = ms(config.body_timeout_ms);
    limits.keep_alive_time = ms(config.keep_alive_ms);
    limits.write_time = ms(config.write_timeout_ms);
    limits.requests_per_connection = config.requests_per_connection;
    limits.connections_per_ip = config.connections_per_ip;
    limits.connections = config.connections;
    return limits;
}

http::TrustedProxies proxies_of(const Config& config)
{
    auto proxies = http::TrustedProxies::parse(config.trusted_proxies);
    if (!proxies) throw std::invalid_argument(proxies.error().message);
    return *proxies;
}

jobs::Boot this_boot(const std::string& node_id)
{
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    return {random_uuid(), node_id, host, ::getpid(), std::string(version)};
}

std::unique_ptr<const Clock> clock_of(const Config& config)
{
    if (config.test_clock_shift.empty()) return std::make_unique<SystemClock>();
    return std::make_unique<ShiftedClock>(config.test_clock_shift);
}

jobs::RunnerOptions runner_options(const Config& config)
{
    jobs::RunnerOptions options;
    options.poll = Duration{config.job_check_ms};
    options.rescue_every = Duration{config.recovery_every_ms};
    return options;
}

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

void tell_of_dead_job(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const jobs::DeadJob& job)
{
    notices::NewNotice notice;
    notice.kind = notices::Kind::dead_job;
    notice.level = notices::Level::alarm;
    notice.dedup_key = fmt::format("dead_job:{}:{}", job.id.value, stored(job.dead_at));
    notice.values = {{"job", job.kind},
                     {"id", std::to_string(job.id.value)},
                     {"tries", std::to_string(job.tries)},
                     {"reason", job.last_error.value_or("")}};
    notices::raise(tx, clock.now(), notices::language_of(settings), notice);
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
      boot_(this_boot(home_.node_id)),
      http_client_(io_),
      senders_(static_cast<std::size_t>(config.sender_threads)),
      provider_desk_{*home_.db, clock_, home_.master, settings_, http_client_, pacer_},
      intake_(io_, *home_.db, clock_, settings_),
      dispatch_(*home_.db, clock_, home_.master, settings_, senders_, metrics_, boot_.boot_id),
      tracking_(*home_.db, clock_, home_.master, settings_, http_client_, pacer_),
      telegram_(http_client_, settings_),
      delivery_(*home_.db, clock_, settings_,
                [this](notices::TelegramMessage message) { return telegram_.send(std::move(message)); }),
      heartbeat_(io_, *home_.db, clock_, boot_.boot_id),
      runner_(
          io_, *home_.db, clock_,
          job_kinds({dispatch_, tracking_, delivery_, provider_desk_, {*home_.db, clock_, settings_}}), boot_,
          [this](std::string_view lane) { return dispatch_.lane_limit(lane); },
          [this](db::Tx& tx, const jobs::DeadJob& job) { tell_of_dead_job(tx, clock_, settings_, job); },
          runner_options(config)),
      timetable_(io_, *home_.db, clock_, timetable(settings_)),
      recovery_(io_, "recovery", Duration{config.recovery_every_ms}, [this] { return recover(); }),
      refreshing_(io_, "settings", refresh_every, [this] { return refresh(); }),
      order_desk_{*home_.db,
                  clock_,
                  home_.master,
                  settings_,
                  disposable_,
                  intake_,
                  http_client_,
                  pacer_,
                  metrics_,
                  [this](db::Tx& tx, const std::string& boot) {
                      auto live = jobs::live_boots(tx, boot_, runner_.steadiness().silent_since(clock_.now()));
                      return std::ranges::find(live, boot) == live.end();
                  }},
      email_rule_desk_{*home_.db, clock_},
      notice_desk_{*home_.db, clock_},
      job_desk_{*home_.db, clock_},
      limiter_(clock_, {config.token_rate, config.token_rate}),
      router_(routes(), sign_in_by_token(io_, *home_.db, clock_), limiter_, metrics_, crashed),
      server_(io_, limits_of(config), proxies_of(config),
              [this](http::Request request) { return router_.answer(std::move(request)); }),
      control_(io_, config.control_socket(),
               [this](std::string_view name, const json::object& options) {
                   return run_command({*home_.db, clock_, home_.master}, name, options);
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
    control_.join();
    home_.db.reset();
}

void App::heard(const db::Announcement& announcement)
{
    if (announcement.topic == "jobs") runner_.wake();
    else if (announcement.topic == "settings" || announcement.topic == "providers") refreshing_.wake();
    if (hooks_.announced) hooks_.announced(announcement);
}

Result<void> App::run()
{
    auto address = server_.listen(config_.listen);
    if (!address) return fail(address.error());
    address_ = *address;
    if (auto listening = control_.listen(); !listening) return listening;
    asio::co_spawn(io_, live(), [this](std::exception_ptr error) {
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

Async<void> App::live()
{
    stop_->signals.async_wait([this](boost::system::error_code error, int) {
        if (!error) stop();
    });
    co_await start_work();
    if (hooks_.listening) hooks_.listening(address_, *home_.db, home_.master);
    else std::cout << fmt::format(R"({{"listening":"{}"}})", address_) << std::endl;
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

Async<void> App::start_work()
{
    auto enter = [this](db::Tx& tx) -> Result<void> {
        jobs::register_boot(tx, clock_.now(), boot_);
        return {};
    };
    co_await home_.db->write(std::move(enter));
    co_await refresh();
    refreshing_.start();
    heartbeat_.start();
    if (config_.has_role("worker")) {
        co_await recover();  // before any worker: what an earlier process left must be known first
        recovery_.start();
        runner_.start();
    }
    if (config_.has_role("scheduler")) timetable_.start();
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
    co_await server_.drain(patience);
    co_await refreshing_.stop();
    co_await heartbeat_.stop();
}

Async<void> App::recover()
{
    auto now = clock_.now();
    auto close_left_open = [this, now](db::Tx& tx) -> Result<orders::Recovered> {
        return orders::recover_attempts(tx, now, jobs::live_boots(tx, boot_, runner_.steadiness().silent_since(now)),
                                        settings_);
    };
    auto recovered = co_await home_.db->write(std::move(close_left_open));
    if (!recovered) throw std::runtime_error(recovered.error().message);
    if (recovered->lost > 0) log::warning("recovery: {} orders became uncertain, their answers are lost", recovered->lost);
    if (recovered->not_sent > 0) log::info("recovery: {} orders were not sent yet and go on", recovered->not_sent);
    co_await tell_of_overdue_tasks(*home_.db, clock_.now(), started_at_, timetable_.tasks(), settings_);
}

Async<void> App::refresh()
{
    co_await settings_.refresh();
    co_await dispatch_.refresh_lanes();
    runner_.wake();  // a released supplier's orders go on at once
    co_await measure(*home_.db, clock_, metrics_);
}

}  // namespace smg
