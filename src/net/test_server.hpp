#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace smg::net {

/// A server of raw sockets on loopback for tests: it counts connections, keeps every byte that came, and answers each whole
/// request with what `answer` gives. Threads, so that it also serves calls that block.
class TestServer {
public:
    enum class Then { keep, close, reset, hang };
    struct Answer {
        std::string bytes = {};
        Then then = Then::keep;
    };
    using Answering = std::function<Answer(const std::string& request)>;

    explicit TestServer(Answering answer) : answer_(std::move(answer))
    {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
        ::listen(listener_, 64);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        accepting_ = std::thread([this] { accept_all(); });
    }

    ~TestServer()
    {
        stopping_ = true;
        accepting_.join();
        for (auto& thread : serving_) thread.join();
        ::close(listener_);
    }

    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    /// A whole reply with its length.
    static std::string reply(std::string_view body, std::string_view status = "200 OK", std::string_view headers = "")
    {
        return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
               std::string(headers) + "\r\n" + std::string(body);
    }

    int port() const { return port_; }
    std::string url(std::string_view path = "/") const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
    }
    int connections() const { return connections_; }

    std::vector<std::string> requests() const
    {
        std::lock_guard lock(mutex_);
        return requests_;
    }

    /// Every byte received, of whole requests or not.
    std::size_t bytes() const { return bytes_; }

    /// All connections accepted so far have been closed by the client or by us: nothing more will come.
    void wait_until_quiet() const
    {
        for (int i = 0; i < 1000 && open_ > 0; ++i) ::poll(nullptr, 0, 5);
    }

private:
    static constexpr int tick_ms = 20;

    void accept_all()
    {
        while (!stopping_) {
            pollfd wait{listener_, POLLIN, 0};
            if (::poll(&wait, 1, tick_ms) <= 0) continue;
            int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) continue;
            ++connections_, ++open_;
            serving_.emplace_back([this, fd] { serve(fd); });
        }
    }

    void serve(int fd)
    {
        std::string received;
        while (read_more(fd, received)) {
            auto size = whole_request(received);
            if (size == 0) continue;
            auto request = received.substr(0, size);
            received.erase(0, size);
            {
                std::lock_guard lock(mutex_);
                requests_.push_back(request);
            }
            auto answer = answer_(request);
            write_all(fd, answer.bytes);
            if (answer.then == Then::close) break;
            if (answer.then == Then::reset) {
                linger hard{1, 0};
                ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
                break;
            }
        }
        ::close(fd);
        --open_;
    }

    bool read_more(int fd, std::string& received)
    {
        char buffer[16384];
        while (!stopping_) {
            pollfd wait{fd, POLLIN, 0};
            if (::poll(&wait, 1, tick_ms) <= 0) continue;
            auto count = ::recv(fd, buffer, sizeof buffer, 0);
            if (count <= 0) return false;
            received.append(buffer, static_cast<std::size_t>(count));
            bytes_ += static_cast<std::size_t>(count);
            return true;
        }
        return false;
    }

    // The size of the request that `received` begins with, 0 while it is not whole.
    static std::size_t whole_request(const std::string& received)
    {
        auto head = received.find("\r\n\r\n");
        if (head == std::string::npos) return 0;
        std::size_t body = 0;
        auto length = received.find("Content-Length: ");
        if (length < head) body = std::stoul(received.substr(length + 16));
        auto size = head + 4 + body;
        return received.size() >= size ? size : 0;
    }

    void write_all(int fd, std::string_view bytes) const
    {
        while (!bytes.empty() && !stopping_) {
            auto count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    Answering answer_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> connections_ = 0, open_ = 0;
    std::atomic<std::size_t> bytes_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread accepting_;
    std::list<std::thread> serving_;
};

}  // namespace smg::net
