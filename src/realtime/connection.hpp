#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "http/takeover.hpp"
#include "realtime/client.hpp"
#include "realtime/frame.hpp"

namespace smg::realtime {

class Connection;

/// All open sockets, and those among them that have something to send: they are served in turns, so that a message to
/// thousands does not keep an order waiting.
class Sockets {
public:
    explicit Sockets(boost::asio::io_context& io) : io_(io) {}

    void wants_to_send(std::shared_ptr<Connection> connection);
    void add(Connection* one) { open_.insert(one); }
    void remove(Connection* one) { open_.erase(one); }
    const std::unordered_set<Connection*>& open() const { return open_; }
    boost::asio::io_context& io() { return io_; }

private:
    void serve_some();

    boost::asio::io_context& io_;
    std::vector<std::shared_ptr<Connection>> waiting_;
    std::size_t served_ = 0;
    bool serving_ = false;
    std::unordered_set<Connection*> open_;
};

/// One WebSocket. It holds no buffer while nothing is read or written, since most of ten thousand are silent.
class Connection : public Wire, public std::enable_shared_from_this<Connection> {
public:
    Connection(Sockets& sockets, Hub& hub, http::Socket socket);
    ~Connection() override;

    /// `app`: null when the connection is only told why it is not served.
    void open(const Application* app, std::string ip, std::string unread);

    void send(Bytes frame) override;
    void close(int code, std::string_view reason) override;

    /// Looks at its clocks; once a second.
    void tick(std::chrono::steady_clock::time_point now);

    /// Without a word.
    void drop();

    /// The server ends before the loop does: what the loop still holds of this must touch nothing of it.
    void abandon();

private:
    friend class Sockets;
    void wait_to_read();
    void read();
    bool hear(Opcode opcode, std::string_view payload);
    void feed(std::string_view bytes);
    void flush();
    void wait_to_write();

    Sockets& sockets_;
    Hub& hub_;
    http::Socket socket_;
    FrameReader reader_;
    std::unique_ptr<Client> client_;
    void forget_queue();

    std::vector<Bytes> queue_;
    std::size_t first_ = 0;              // of the queue, that is not gone yet
    std::size_t queued_ = 0, sent_ = 0;  // what the queue weighs, and of its first frame the bytes that are gone
    bool listed_ = false, blocked_ = false, closing_ = false, dropped_ = false, abandoned_ = false;
    std::chrono::steady_clock::time_point closing_since_{};
};

}  // namespace smg::realtime
