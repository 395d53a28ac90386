#include "realtime/connection.hpp"

#include <boost/asio/post.hpp>

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace smg::realtime {
namespace {

constexpr std::size_t served_at_once = 256;
constexpr std::size_t read_bytes = 64 * 1024;
constexpr std::size_t frames_at_once = 64;
constexpr int reads_at_once = 4;
constexpr auto closing_time = std::chrono::seconds(3);  // for the client to answer a close
constexpr std::size_t frame_keeps = 100;                // bytes for each frame in a queue, beside its own

std::size_t weight_of(const Bytes& frame) { return frame->size() + frame_keeps; }

}  // namespace

void Sockets::wants_to_send(std::shared_ptr<Connection> connection)
{
    waiting_.push_back(std::move(connection));
    if (serving_) return;
    serving_ = true;
    boost::asio::post(io_, [this] { serve_some(); });
}

void Sockets::serve_some()
{
    for (std::size_t n = 0; n < served_at_once && served_ < waiting_.size(); ++n) {
        auto connection = std::move(waiting_[served_++]);
        connection->listed_ = false;
        connection->flush();
    }
    if (served_ < waiting_.size()) {
        boost::asio::post(io_, [this] { serve_some(); });
        return;
    }
    waiting_.clear();
    if (waiting_.capacity() > 4 * served_at_once) waiting_.shrink_to_fit();
    served_ = 0;
    serving_ = false;
}

Connection::Connection(Sockets& sockets, Hub& hub, http::Socket socket)
    : sockets_(sockets), hub_(hub), socket_(std::move(socket)), reader_(hub.limits().message_bytes)
{
    sockets_.add(this);
}

Connection::~Connection()
{
    if (!abandoned_) sockets_.remove(this);
}

void Connection::abandon()
{
    abandoned_ = dropped_ = closing_ = true;
    client_.reset();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Connection::open(const Application* app, std::string ip, std::string unread)
{
    boost::system::error_code ignored;
    socket_.native_non_blocking(true, ignored);
    if (app) {
        client_ = std::make_unique<Client>(hub_, *app, *this, std::move(ip));
        client_->greet();
    }
    if (!unread.empty()) feed(unread);
    wait_to_read();
}

void Connection::wait_to_read()
{
    if (dropped_) return;
    socket_.async_wait(http::Socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
        if (error) self->drop();
        else self->read();
    });
}

void Connection::read()
{
    // What is read is looked at before another connection reads, so all share the space.
    thread_local std::array<char, read_bytes> space;
    for (int i = 0; i < reads_at_once && !dropped_; ++i) {
        auto size = ::recv(socket_.native_handle(), space.data(), space.size(), MSG_DONTWAIT);
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) return drop();
        if (size < 0) break;
        feed({space.data(), static_cast<std::size_t>(size)});
        if (static_cast<std::size_t>(size) < space.size()) break;
    }
    wait_to_read();
}

void Connection::feed(std::string_view bytes)
{
    auto wrong = reader_.feed(bytes, [this](Opcode opcode, std::string_view payload) { return hear(opcode, payload); });
    if (wrong != 0) close(wrong, wrong == too_big ? "The message is too large" : "The frame is malformed");
}

bool Connection::hear(Opcode opcode, std::string_view payload)
{
    if (dropped_) return false;
    auto now = std::chrono::steady_clock::now();
    if (opcode == Opcode::close) {
        if (closing_) {
            drop();
        } else {
            // The client's own code goes back to it.
            closing_ = true;
            closing_since_ = now;
            client_.reset();
            queue_.push_back(encoded(Opcode::close, payload.substr(0, 2)));
            queued_ += weight_of(queue_.back());
            flush();
            drop();
        }
        return false;
    }
    if (closing_ || !client_) return !closing_;
    if (opcode == Opcode::ping && client_->may_ping(now)) send(encoded(Opcode::pong, payload));
    if (opcode == Opcode::ping || opcode == Opcode::pong) client_->alive(now);
    else client_->hear(payload, now);
    return !closing_ && !dropped_;
}

void Connection::send(Bytes frame)
{
    if (closing_ || dropped_) return;
    queued_ += weight_of(frame);
    queue_.push_back(std::move(frame));
    if (queued_ > hub_.limits().queue_bytes) {
        // The hub may be sending to all right now: it ends at the next tick of the loop.
        closing_ = true;
        forget_queue();
        boost::asio::post(sockets_.io(), [self = shared_from_this()] { self->drop(); });
        return;
    }
    if (listed_ || blocked_) return;
    listed_ = true;
    sockets_.wants_to_send(shared_from_this());
}

void Connection::close(int code, std::string_view reason)
{
    if (closing_ || dropped_) return;
    send(encoded_close(code, reason));
    closing_ = true;
    closing_since_ = std::chrono::steady_clock::now();
    // Its subscriptions end now; not within a call of its own.
    boost::asio::post(sockets_.io(), [self = shared_from_this()] { self->client_.reset(); });
}

void Connection::forget_queue()
{
    queue_.clear();
    first_ = queued_ = sent_ = 0;
}

void Connection::flush()
{
    while (first_ < queue_.size() && !dropped_) {
        std::array<iovec, frames_at_once> parts;
        auto count = std::min(queue_.size() - first_, parts.size());
        for (std::size_t i = 0; i < count; ++i) {
            const auto& frame = queue_[first_ + i];
            auto skip = i == 0 ? sent_ : 0;
            parts[i] = {const_cast<char*>(frame->data()) + skip, frame->size() - skip};
        }
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        auto size = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (size < 0) return drop();
        sent_ += static_cast<std::size_t>(size);
        while (first_ < queue_.size() && sent_ >= queue_[first_]->size()) {
            sent_ -= queue_[first_]->size();
            queued_ -= weight_of(queue_[first_]);
            queue_[first_++].reset();
        }
    }
    if (first_ < queue_.size()) {
        if (first_ > queue_.size() / 2)
            queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(std::exchange(first_, 0)));
        return wait_to_write();
    }
    queue_.clear();
    queue_.shrink_to_fit();
    first_ = 0;
}

void Connection::wait_to_write()
{
    if (blocked_ || dropped_) return;
    blocked_ = true;
    socket_.async_wait(http::Socket::wait_write, [self = shared_from_this()](boost::system::error_code error) {
        self->blocked_ = false;
        if (error) self->drop();
        else self->flush();
    });
}

void Connection::tick(std::chrono::steady_clock::time_point now)
{
    if (closing_) {
        if (now - closing_since_ >= closing_time) drop();
    } else if (client_) {
        client_->check(now);
    }
}

void Connection::drop()
{
    if (dropped_) return;
    dropped_ = closing_ = true;
    forget_queue();
    boost::system::error_code ignored;
    socket_.close(ignored);
    boost::asio::post(sockets_.io(), [self = shared_from_this()] { self->client_.reset(); });
}

}  // namespace smg::realtime
