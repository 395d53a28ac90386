#include "app/reference.hpp"

#include <filesystem>

#include "app/app.hpp"
#include "app/config.hpp"
#include "app/version.hpp"
#include "base/random.hpp"
#include "http/openapi.hpp"

namespace smg {
namespace {

constexpr std::string_view words =
    R"(Everything that the web interface does, it does by this API, so a script can do the same.

**Who calls.** `Authorization: Bearer TOKEN`, where the token is a shop's (Settings, Sites) or a person's own (Profile, Tokens). A browser is known by its session's cookie instead, and every change that it sends carries the session's `csrf` as `X-CSRF-Token`.

**What is sent.** JSON in UTF-8, or forms (`application/x-www-form-urlencoded`, `multipart/form-data`), as Laravel takes them. Fields that are not known are refused with 422, except in `createOrder`. Amounts are decimal strings, times are UTC (`2026-01-31T10:00:00Z`).

**Errors.** `{"message":"…"}`, and with 422 also `{"errors":{"field":["…"]}}`. With `Accept-Language: uk` the messages are Ukrainian. 401: no valid token. 403: not with this role. 404: it is not there, or is of a site that the caller does not see. 409: not as things stand now. 429 and 503 say in `Retry-After` when to come again.

**Pages.** Lists that may be long take `per_page` and `cursor`, and give `meta.next_cursor`: null on the last page.

**Repeats.** Where `Idempotency-Key` is named, a repeat under the same key gets the first answer with `Idempotent-Replayed: true`, and nothing is done twice.)";

std::vector<http::Chapter> chapters()
{
    return {
        {"Orders",
         "Orders of the shops, what is decided about them, many at once, files of them.",
         {"createOrder", "orderCancelled", "orders", "order-batches", "batches", "order-imports", "exports",
          "order-statuses", "email-rules"}},
        {"Suppliers",
         "Suppliers, what they offer, and which supplier id of a shop leads to which.",
         {"suppliers", "supplier-mappings"}},
        {"Products", "What the shops sell, and whether orders of it find a supplier.", {"products"}},
        {"Sites", "The shops, their tokens, groups and currencies.", {"sites", "site-groups", "currencies", "transactions"}},
        {"Notices and webhooks", "What people and other programs are told.", {"notices", "webhooks", "webhook-deliveries"}},
        {"People", "Accounts, and what each may see.", {"users"}},
        {"Profile", "Signing in, and what is one's own.", {"session", "setup", "password-resets", "me", "views"}},
        {"Realtime", "Channels of the Pusher protocol.", {"live", "broadcasting", "apps"}},
        {"System",
         "Settings, regular tasks, jobs, log and audit log, and whether all is well.",
         {"settings", "system", "jobs", "audit", "healthz", "readyz", "metrics", "api"}}};
}

/// A directory that goes with this object.
class Scratch {
public:
    Scratch() : path_(std::filesystem::temp_directory_path() / ("smgcrm-" + random_uuid())) {}
    ~Scratch()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

}  // namespace

json::object reference_of(const http::Routes& routes)
{
    return http::openapi(routes, {.title = "SMG CRM",
                                  .version = version,
                                  .words = words,
                                  .session_cookie = "smgcrm_session",
                                  .chapters = chapters()});
}

Result<json::object> whole_reference()
{
    Scratch scratch;
    auto config = default_config();
    config.data = scratch.path();
    auto lock = DirectoryLock::try_lock(config.data);
    if (!lock) return fail(lock.error());
    SystemClock clock;
    auto home = DataHome::open(config, clock, std::move(**lock));
    if (!home) return fail(home.error());
    return App(config, std::move(*home), {}).reference();
}

}  // namespace smg
