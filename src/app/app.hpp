#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>

#include "app/alarms.hpp"
#include "app/config.hpp"
#include "app/control.hpp"
#include "app/data_home.hpp"
#include "app/job_api.hpp"
#include "app/live.hpp"
#include "app/outside.hpp"
#include "app/safety.hpp"
#include "app/serve.hpp"
#include "app/system_api.hpp"
#include "app/watch.hpp"
#include "app/wording.hpp"
#include "audit/audit_api.hpp"
#include "currencies/currency_api.hpp"
#include "exports/export_api.hpp"
#include "exports/export_job.hpp"
#include "http/assets.hpp"
#include "http/cors.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "jobs/boots.hpp"
#include "jobs/runner.hpp"
#include "net/blocking_pool.hpp"
#include "net/http_client.hpp"
#include "notices/delivery.hpp"
#include "notices/notice_api.hpp"
#include "orders/batch_api.hpp"
#include "orders/batch_jobs.hpp"
#include "orders/dispatch.hpp"
#include "orders/email_rule_api.hpp"
#include "orders/evidence.hpp"
#include "orders/intake.hpp"
#include "orders/order_api.hpp"
#include "orders/pull.hpp"
#include "orders/reconcile.hpp"
#include "orders/send_journal.hpp"
#include "orders/status_word_api.hpp"
#include "orders/suspicion.hpp"
#include "orders/tracking.hpp"
#include "orders/upkeep.hpp"
#include "products/product_api.hpp"
#include "products/refresh_job.hpp"
#include "schedule/timetable.hpp"
#include "settings/settings.hpp"
#include "settings/settings_api.hpp"
#include "sites/callers.hpp"
#include "sites/shop_client.hpp"
#include "sites/site_api.hpp"
#include "suppliers/provider_api.hpp"
#include "suppliers/traffic.hpp"
#include "users/people_desk.hpp"
#include "wallets/wallet_api.hpp"
#include "webhooks/sender.hpp"
#include "webhooks/webhook_api.hpp"

namespace smg {

/// The composition root: every object of a running program, in the order in which they are made; they end in reverse.
/// Nothing is global, so that one process can hold several.
class App {
public:
    App(const Config& config, DataHome home, ServeHooks hooks);
    ~App();

    /// Listens, recovers, works until stop() or a signal; then ends what is in flight.
    Result<void> run();

    /// From any thread: end as on SIGTERM.
    void stop();

    /// What its API is, as an OpenAPI 3.1 document.
    json::object reference() const;

private:
    Async<void> until_stopped();
    Async<void> start_work();
    Async<void> begin_work();
    Async<void> offer_first_run();
    Async<void> end_work();

    // app_recovery.cpp
    Async<Result<void>> settle_journals();
    Async<void> recover();
    Async<void> watch_work();
    orders::ReconcileDesk reconcile_desk();
    bool sender_is_gone(db::Tx& tx, const std::string& boot_id) const;

    Async<void> refresh();
    void fail_and_stop(const std::string& why);
    int lane_limit(std::string_view lane) const;
    jobs::RunnerOptions runner_options() const;
    void heard(const db::Announcement& announcement);

    // app_safety.cpp
    Async<void> watch_safety();
    Async<void> look_for_damage();
    void found_damage();
    Async<void> stop_workers();
    http::Routes routes();
    http::Response metrics();
    Async<http::Response> answer(http::Request request);

    const Config config_;
    const std::optional<realtime::Outside> outside_ = outside_of(config_).value();
    const ServeHooks hooks_;
    const std::unique_ptr<const Clock> clock_made_;
    const Clock& clock_;
    Safety safety_;
    std::vector<std::string> unsafe_;  // the reasons that people were told
    boost::asio::io_context io_{1};

    DataHome home_;
    settings::Settings settings_;
    orders::DisposableDomains disposable_;
    jobs::Boot boot_;
    const Time started_at_ = clock_.now();
    ClockWatch clock_watch_;
    http::Metrics metrics_;

    // What reaches out.
    net::HttpClient http_client_;
    sites::ShopClient shops_;
    net::BlockingPool senders_, file_makers_;
    suppliers::Traffic traffic_;
    suppliers::ProviderDesk provider_desk_;
    sites::SiteDesk site_desk_;
    wallets::WalletDesk wallet_desk_;

    // What the business does.
    sites::Callers callers_;
    orders::SendJournal journal_;
    orders::Intake intake_;
    orders::Dispatch dispatch_;
    orders::Evidence evidence_;
    orders::Tracking tracking_;
    notices::TelegramClient telegram_;
    notices::Delivery delivery_;
    Live live_;
    webhooks::Sender webhooks_;
    const exports::Sources sources_;  // what can be exported

    // What makes it happen.
    jobs::Heartbeat heartbeat_;
    jobs::Runner runner_;
    schedule::Timetable timetable_;
    Alarms alarms_;
    jobs::Loop tending_sockets_;
    jobs::Loop recovery_, watching_work_, refreshing_, tending_circuits_, watching_clock_;

    // Who may ask.
    const http::Assets assets_;
    const http::Catalogue ukrainian_ = ukrainian();
    const std::string content_policy_;
    const http::CorsList cors_ = http::CorsList::parse(config_.cors_origins).value();
    users::PasswordDesk passwords_;
    users::SignInThrottle sign_in_throttle_;
    users::FirstRun first_run_;
    users::PeopleDesk people_desk_;
    audit::AuditDesk audit_desk_;
    settings::SettingsDesk settings_desk_;
    currencies::CurrencyDesk currency_desk_;
    orders::StatusWordDesk status_word_desk_;
    orders::BatchDesk batch_desk_;
    exports::ExportDesk export_desk_;
    orders::OrderDesk order_desk_;
    orders::EmailRuleDesk email_rule_desk_;
    notices::NoticeDesk notice_desk_;
    webhooks::WebhookDesk webhook_desk_;
    products::ProductDesk product_desk_;
    JobDesk job_desk_;
    SystemDesk system_desk_;
    http::RateLimiter limiter_;
    http::Router router_;
    http::Server server_;
    ControlSocket control_;

    struct Stop;
    std::unique_ptr<Stop> stop_;
    bool settled_ = false;  // the journals of earlier processes; before, no worker runs
    bool working_ = false;  // all kinds of jobs are taken
    std::optional<Error> failed_;
    std::string reference_;  // as text, once somebody has asked for it
    std::string address_;
};

/// The table of job kinds (app/jobs.cpp) and the timetable (app/timetable.cpp).
struct Workers {
    orders::Dispatch& dispatch;
    orders::Evidence& evidence;
    orders::Tracking& tracking;
    notices::Delivery& delivery;
    Live& live;
    webhooks::Sender& webhooks;
    suppliers::ProviderDesk& suppliers;
    orders::UpkeepDesk upkeep;
    orders::BatchWork batches;
    exports::ExportWork exports;
    sites::SiteDesk& sites;
    orders::PullWork pulls;
    wallets::WalletDesk& wallets;
    products::RefreshWork products;
};
std::vector<jobs::Kind> job_kinds(Workers workers);
std::vector<schedule::Task> timetable(const settings::Settings& settings);

}  // namespace smg
