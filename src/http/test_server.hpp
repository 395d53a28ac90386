#pragma once

#include <gtest/gtest.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <stdexcept>
#include <thread>

#include "base/words.hpp"
#include "http/raw_client.hpp"
#include "http/server.hpp"

namespace smg::http {

using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Tests only. Says what it was asked; `/big` is 8 MiB, `/throw` throws, `/hold` waits until `released`.
class TestServer {
public:
    explicit TestServer(Limits limits = {}, std::string proxies = "")
        : held_(io_),
          server_(io_, limits, *TrustedProxies::parse(proxies), [this](Request r) { return answer(std::move(r)); })
    {
        held_.expires_at(std::chrono::steady_clock::time_point::max());
        auto where = server_.listen("127.0.0.1:0");
        EXPECT_TRUE(where);
        port = std::stoi(where->substr(where->rfind(':') + 1));
        thread_ = std::thread([this] { io_.run(); });
    }
    ~TestServer()
    {
        release();
        on_loop([this] {
            boost::asio::co_spawn(io_, server_.drain(std::chrono::seconds(5)), [](std::exception_ptr) {});
            work_.reset();
        });
        thread_.join();
    }

    void on_loop(std::function<void()> work)
    {
        auto done = boost::asio::post(io_, boost::asio::use_future(std::move(work)));
        done.get();
    }
    void release()
    {
        on_loop([this] { held_.cancel(); });
    }
    int connections()
    {
        int count = 0;
        on_loop([&] { count = server_.connections(); });
        return count;
    }
    int in_flight()
    {
        int count = 0;
        on_loop([&] { count = server_.in_flight(); });
        return count;
    }
    std::future<void> drain(Duration patience)
    {
        return boost::asio::co_spawn(io_, server_.drain(patience), boost::asio::use_future);
    }

    std::string ask(std::string_view bytes)
    {
        RawClient client(port);
        client.send(bytes);
        return client.reply();
    }
    bool well() { return ask("GET /well HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"); }

    int port = 0;

private:
    Async<Response> answer(Request request)
    {
        if (request.path == "/throw") throw std::runtime_error("bug");
        if (request.path == "/hold") {
            boost::system::error_code ignored;
            co_await held_.async_wait(boost::asio::redirect_error(use_async, ignored));
        }
        Response response;
        if (request.path == "/big") response.body.assign(8 * 1024 * 1024, 'x');
        else if (request.path == "/none") response.status = 204;
        else if (request.path == "/inject") response.headers.emplace_back("X-Evil", "a\r\nX-More: b");
        else
            response.body = std::string(word(request.method)) + " " + request.path + "?" + request.query + " " +
                            request.body + " " + request.peer + (request.local ? " local" : "");
        co_return response;
    }

    boost::asio::io_context io_;
    boost::asio::executor_work_guard<Executor> work_{io_.get_executor()};
    Timer held_;
    Server server_;
    std::thread thread_;
};

inline bool within_10_s(const std::function<bool()>& condition)
{
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

inline std::string body_of(const std::string& reply)
{
    auto at = reply.find("\r\n\r\n");
    return at == std::string::npos ? "" : reply.substr(at + 4);
}

inline std::string get(std::string target) { return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"; }
inline std::string post(std::string headers, std::string body = "")
{
    return "POST /p HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

}  // namespace smg::http
