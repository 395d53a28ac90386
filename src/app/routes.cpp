#include "app/app.hpp"
#include "app/pages.hpp"
#include "app/reference.hpp"
#include "app/version.hpp"
#include "exports/export_api.hpp"
#include "http/bind.hpp"
#include "users/me_api.hpp"
#include "users/session_api.hpp"
#include "users/user_api.hpp"
#include "users/view_api.hpp"

namespace smg {
namespace {

struct Health {
    std::string status, version;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, version))

struct Readiness {
    std::string status;
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (status))

// GET /healthz: the process answers.
http::Response healthy() { return http::json_reply(200, json::from(Health{"ok", std::string(version)})); }

// GET /readyz: it can do its work.
Async<http::Response> ready(db::Database& db, const Safety& safety)
{
    bool alive = co_await db.alive();
    std::string status = safety.damaged ? "the database is damaged" : alive ? "ready" : "the database does not answer";
    co_return http::json_reply(alive && !safety.damaged ? 200 : 503, json::from(Readiness{status}));
}

Async<http::Response> at_once(http::Response response) { co_return response; }

}  // namespace

// GET /metrics
http::Response App::metrics()
{
    auto crowd = live_.crowd();
    metrics_.gauge("smgcrm_http_connections", "Open connections of clients").set(server_.connections());
    metrics_.gauge("smgcrm_realtime_connections", "Open WebSockets").set(static_cast<double>(crowd.connections));
    metrics_.gauge("smgcrm_realtime_channels", "Channels in which somebody listens")
        .set(static_cast<double>(crowd.channels));
    return {200, metrics_.text(), "text/plain; version=0.0.4"};
}

// The whole route table: what the program itself answers, then each module's rows.
http::Routes App::routes()
{
    using http::Access;
    using http::Method;
    http::Routes all{
        {Method::GET, "/healthz", Access::anyone,
         [](const http::Request&, const http::Caller&) { return at_once(healthy()); },
         http::about("The process answers").gives<Health>()},
        {Method::GET, "/readyz", Access::anyone,
         [this](const http::Request&, const http::Caller&) { return ready(*home_.db, safety_); },
         http::about("It can do its work; else 503").gives<Readiness>()},
        {Method::GET, "/metrics", Access::loopback_or_admin,
         [this](const http::Request&, const http::Caller&) { return at_once(metrics()); },
         http::about("Figures for Prometheus").gives_file("text/plain")},
    };
    if (config_.has_role("realtime")) {
        auto rows = live_.server_routes();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    if (!config_.has_role("web")) return all;
    for (auto& rows : {orders::order_routes(order_desk_),
                       orders::email_rule_routes(email_rule_desk_),
                       suppliers::provider_routes(provider_desk_),
                       notices::notice_routes(notice_desk_),
                       job_routes(job_desk_),
                       system_routes(system_desk_),
                       users::session_routes(people_desk_),
                       users::me_routes(people_desk_),
                       users::user_routes(people_desk_),
                       users::view_routes(people_desk_),
                       orders::batch_routes(batch_desk_),
                       audit::audit_routes(audit_desk_),
                       settings::settings_routes(settings_desk_),
                       currencies::currency_routes(currency_desk_),
                       sites::site_routes(site_desk_),
                       wallets::wallet_routes(wallet_desk_),
                       orders::status_word_routes(status_word_desk_),
                       exports::export_routes(export_desk_),
                       webhooks::webhook_routes(webhook_desk_),
                       products::product_routes(product_desk_),
                       live_.routes(),
                       page_routes(assets_)})
        all.insert(all.end(), rows.begin(), rows.end());
    all.emplace_back(
        Method::GET, "/api/openapi.json", Access::anyone,
        [this](const http::Request&, const http::Caller&) {
            if (reference_.empty()) reference_ = json::text_of(reference());
            return at_once({200, reference_, "application/json"});
        },
        http::about("This API as an OpenAPI 3.1 document").gives<json::object>());
    return all;
}

json::object App::reference() const { return reference_of(router_.rows()); }

}  // namespace smg
