#include "db/database.hpp"

#include <fmt/core.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <future>

#include "db/engine.hpp"

namespace smg::db {
namespace {

namespace asio = boost::asio;

std::string percent_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

Result<Url> Url::parse(const std::string& text)
{
    constexpr std::string_view sqlite = "sqlite:", mysql = "mysql://";
    auto wrong = [](std::string what) {
        return fail(Code::invalid,
                    "database: " + std::move(what) + " (expected sqlite:PATH or mysql://user:password@host:port/name)");
    };
    Url url;
    if (text.starts_with(sqlite)) {
        url.path = text.substr(sqlite.size());
        if (url.path.empty() || url.path.find('"') != std::string::npos) return wrong("the path is empty or holds a quote");
        return url;
    }
    if (!text.starts_with(mysql)) return wrong("unknown kind of address");
    url.dialect = Dialect::mariadb;
    std::string_view rest = std::string_view(text).substr(mysql.size());
    auto at = rest.rfind('@'), slash = rest.find('/', at == std::string_view::npos ? 0 : at);
    if (at == std::string_view::npos || slash == std::string_view::npos || slash + 1 >= rest.size())
        return wrong("user, host or database name is missing");
    auto user = rest.substr(0, at), host = rest.substr(at + 1, slash - at - 1);
    auto colon = user.find(':');
    url.user = percent_decoded(user.substr(0, colon));
    if (colon != std::string_view::npos) url.password = Secret(percent_decoded(user.substr(colon + 1)));
    if (auto port = host.rfind(':'); port != std::string_view::npos) {
        auto digits = host.substr(port + 1);
        auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (error != std::errc{} || stop != digits.data() + digits.size() || url.port < 1 || url.port > 65535)
            return wrong("the port is not a number from 1 to 65535");
        host = host.substr(0, port);
    }
    url.host = host;
    url.name = percent_decoded(rest.substr(slash + 1));
    for (const auto& part : {url.user, url.host, url.name})
        if (part.empty() || part.find_first_of("'\"\\ ") != std::string::npos)
            return wrong("user, host or name is not usable");
    return url;
}

std::string Url::shown() const
{
    return dialect == Dialect::sqlite ? "sqlite:" + path : fmt::format("mysql://{}@{}:{}/{}", user, host, port, name);
}

Result<std::unique_ptr<Database>> Database::open(const Url& url, const Options& options)
{
    try {
        auto engine = url.dialect == Dialect::sqlite ? open_sqlite(url, options) : open_mariadb(url, options);
        return std::unique_ptr<Database>(new Database(std::move(engine)));
    } catch (const DatabaseError& e) {
        return fail(Code::unavailable, fmt::format("cannot open the database {}: {}", url.shown(), e.what()));
    }
}

Database::Database(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Database::~Database() = default;

Dialect Database::dialect() const { return engine_->dialect(); }

void Database::listen(std::function<void(const Announcement&)> listener) { engine_->listen(std::move(listener)); }

Async<void> Database::wait_for(bool write, Task task)
{
    return asio::async_initiate<const asio::use_awaitable_t<Executor>, void(std::exception_ptr)>(
        [this, write](auto handler, Task job) {
            auto executor = asio::get_associated_executor(handler);
            auto busy = asio::make_work_guard(executor);
            // The guard travels on with the handler: on this thread the io_context may already be gone after the post.
            Item item{std::move(job),
                      [handler = std::move(handler), busy = std::move(busy), executor](std::exception_ptr error) mutable {
                          asio::post(executor, [handler = std::move(handler), busy = std::move(busy), error]() mutable {
                              std::move(handler)(error);
                          });
                      }};
            engine_->submit(write, std::move(item));
        },
        use_async, std::move(task));
}

void Database::block_for(bool write, Task task)
{
    std::promise<void> promise;
    auto waiting = promise.get_future();
    engine_->submit(write, Item{std::move(task), [promise = std::move(promise)](std::exception_ptr error) mutable {
                                    if (error) promise.set_exception(error);
                                    else promise.set_value();
                                }});
    waiting.get();
}

Async<bool> Database::alive()
{
    try {
        co_return co_await read([](Tx& tx) { return tx.first<std::int64_t>("SELECT 1").has_value(); });
    } catch (const DatabaseError&) {
        co_return false;
    }
}

}  // namespace smg::db
