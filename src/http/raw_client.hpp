#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

namespace smg::http {

// Tests only: a socket that sends exactly the bytes it is told to.
class RawClient {
public:
    explicit RawClient(int port)
    {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
        fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    }
    ~RawClient() { close(fd_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return connected_; }

    void send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void end() { shutdown(fd_, SHUT_WR); }

    // One reply with its body; what came until the connection ended when there is none; "" after 10 s.
    std::string reply(bool head_only = false)
    {
        for (;;) {
            auto head = buffer_.find("\r\n\r\n");
            if (head != std::string::npos) {
                auto size = head + 4 + (head_only ? 0 : content_length(buffer_.substr(0, head + 2)));
                if (buffer_.size() >= size) return take(size);
            }
            if (!read()) return take(buffer_.size());
        }
    }

    // All that comes until the server hangs up; `closed` is false when it did not within 10 s.
    std::string rest(bool* closed = nullptr)
    {
        while (read()) {}
        if (closed) *closed = closed_;
        return take(buffer_.size());
    }

private:
    static std::size_t content_length(const std::string& head)
    {
        constexpr std::string_view name = "\r\nContent-Length: ";
        auto at = head.find(name);
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
    }

    std::string take(std::size_t size)
    {
        auto out = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return out;
    }

    bool read()
    {
        if (closed_) return false;
        pollfd readable{fd_, POLLIN, 0};
        if (poll(&readable, 1, 10'000) <= 0) return false;
        char bytes[65536];
        auto size = recv(fd_, bytes, sizeof bytes, 0);
        if (size <= 0) closed_ = true;
        else buffer_.append(bytes, static_cast<std::size_t>(size));
        return size > 0;
    }

    int fd_ = -1;
    bool connected_ = false, closed_ = false;
    std::string buffer_;
};

}  // namespace smg::http
