#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "net/test_server.hpp"
#include "suppliers/api_client.hpp"

// For tests only: a panel of raw sockets and a client that calls it.
namespace smg::suppliers {

using net::TestServer;
using Then = TestServer::Then;

inline const std::string key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

struct Panel {
    explicit Panel(std::string body, std::string status = "200 OK", std::string headers = "", Then then = Then::keep)
        : Panel([=](const std::string&) { return TestServer::Answer{TestServer::reply(body, status, headers), then}; })
    {
    }
    explicit Panel(TestServer::Answering answering) : server(std::move(answering))
    {
        endpoint.url = server.url("/api/v2");
        endpoint.key = Secret(key);
        endpoint.allow_private = true;
    }

    // Runs one call of the client to its end.
    template <class F>
    auto ask(F call)
    {
        ApiClient client(http, endpoint, traffic);
        std::optional<typename std::invoke_result_t<F, ApiClient&>::value_type> result;
        auto run = [](F with, ApiClient& on, auto& into) -> Async<> { into = co_await with(on); };
        boost::asio::co_spawn(io.get_executor(), run(call, client, result), boost::asio::detached);
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!result && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(std::chrono::milliseconds(20));
        }
        return result.value();
    }

    auto status(std::vector<std::string> ids)
    {
        return ask([ids](ApiClient& client) { return client.status(ids); });
    }
    auto balance()
    {
        return ask([](ApiClient& client) { return client.balance(); });
    }

    std::string body_of(std::size_t request) const
    {
        auto text = server.requests().at(request);
        return text.substr(text.find("\r\n\r\n") + 4);
    }

    TestServer server;
    Endpoint endpoint;
    boost::asio::io_context io{1};
    net::HttpClient http{io};
    SystemClock clock;
    Duration steady{};
    CircuitLimits limits;
    Duration step = std::chrono::hours(1);  // by which time goes on whenever it is asked for: nobody waits for a turn
    Traffic traffic{clock, [this] { return limits; }, [this] { return steady += step; }};
};

}  // namespace smg::suppliers
