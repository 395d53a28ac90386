#include "net/http_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <optional>
#include <stdexcept>

#include "net/transfer.hpp"

namespace smg::net {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

constexpr long max_connections = 256;
constexpr long max_connections_per_host = 16;
constexpr long max_idle_connections = 64;

// A call that someone waits for: `done` never expires, it is cancelled when the result is there.
struct Call {
    Call(asio::io_context& io, HttpRequest request) : transfer(std::move(request)), done(io, Timer::time_point::max()) {}

    void finish(HttpResult with)
    {
        result = std::move(with);
        done.cancel();
    }

    Transfer transfer;
    std::optional<HttpResult> result;
    Timer done;
};

// A socket that libcurl wants to hear of. libcurl owns and closes it.
struct Watch {
    Watch(asio::io_context& io, curl_socket_t fd) : descriptor(io), socket(fd) {}
    ~Watch()
    {
        if (descriptor.is_open()) descriptor.release();
    }

    Descriptor descriptor;
    curl_socket_t socket;
    int wanted = CURL_POLL_NONE;
    bool waits_read = false, waits_write = false;
};

struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

}  // namespace

// libcurl's multi handle on Asio's loop. libcurl says which sockets and which moment it waits for (its callbacks only note
// that and arm Asio), and is told from Asio's handlers when they have come, never from within its own callbacks. The
// handlers hold weak pointers: they may be in the queue still when the client or the socket is gone.
struct HttpClient::Loop : std::enable_shared_from_this<Loop> {
    explicit Loop(asio::io_context& io);
    ~Loop();

    std::shared_ptr<Call> start(HttpRequest request);
    void forget(Call& call);

private:
    void arm(const std::shared_ptr<Watch>& watch);
    void wait(const std::shared_ptr<Watch>& watch, Descriptor::wait_type what, bool Watch::* waiting, int event);
    void tell(curl_socket_t socket, int events);
    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
    static int on_timer(CURLM*, long after_ms, void* self);

    asio::io_context& io_;
    Timer timer_;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
    std::map<CURL*, std::shared_ptr<Call>> calls_;
    std::unique_ptr<CURLM, FreeMulti> multi_;
};

HttpClient::Loop::Loop(asio::io_context& io) : io_(io), timer_(io)
{
    need_curl();
    multi_.reset(curl_multi_init());
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, max_connections);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, max_connections_per_host);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, max_idle_connections);
}

HttpClient::Loop::~Loop()
{
    for (auto& [handle, call] : calls_) {
        curl_multi_remove_handle(multi_.get(), handle);
        call->finish(call->transfer.closed());
    }
    watches_.clear();  // while the sockets are still open
}

std::shared_ptr<Call> HttpClient::Loop::start(HttpRequest request)
{
    auto call = std::make_shared<Call>(io_, std::move(request));
    if (auto problem = call->transfer.prepare()) {
        call->result = std::unexpected(std::move(*problem));
        return call;
    }
    auto handle = call->transfer.handle();
    calls_.emplace(handle, call);
    if (auto code = curl_multi_add_handle(multi_.get(), handle); code != CURLM_OK) {
        calls_.erase(handle);
        throw std::runtime_error(std::string("libcurl takes no more calls: ") + curl_multi_strerror(code));
    }
    return call;
}

void HttpClient::Loop::forget(Call& call)
{
    if (calls_.contains(call.transfer.handle())) curl_multi_remove_handle(multi_.get(), call.transfer.handle());
    calls_.erase(call.transfer.handle());
}

int HttpClient::Loop::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*)
{
    auto& loop = *static_cast<Loop*>(self);
    auto found = loop.watches_.find(socket);
    if (what == CURL_POLL_REMOVE) {
        if (found != loop.watches_.end()) loop.watches_.erase(found);
        return 0;
    }
    if (found == loop.watches_.end()) {
        auto watch = std::make_shared<Watch>(loop.io_, socket);
        boost::system::error_code error;
        watch->descriptor.assign(socket, error);
        if (error) return -1;
        found = loop.watches_.emplace(socket, std::move(watch)).first;
    }
    found->second->wanted = what;
    loop.arm(found->second);
    return 0;
}

void HttpClient::Loop::arm(const std::shared_ptr<Watch>& watch)
{
    if ((watch->wanted & CURL_POLL_IN) && !watch->waits_read)
        wait(watch, Descriptor::wait_read, &Watch::waits_read, CURL_CSELECT_IN);
    if ((watch->wanted & CURL_POLL_OUT) && !watch->waits_write)
        wait(watch, Descriptor::wait_write, &Watch::waits_write, CURL_CSELECT_OUT);
}

void HttpClient::Loop::wait(const std::shared_ptr<Watch>& watch, Descriptor::wait_type what, bool Watch::* waiting,
                            int event)
{
    (*watch).*waiting = true;
    watch->descriptor.async_wait(what, [weak_loop = weak_from_this(), weak_watch = std::weak_ptr(watch), waiting,
                                        event](const boost::system::error_code& error) {
        auto loop = weak_loop.lock();
        auto live = weak_watch.lock();
        if (!loop || !live || error == asio::error::operation_aborted) return;
        (*live).*waiting = false;
        int wanted_bit = event == CURL_CSELECT_IN ? CURL_POLL_IN : CURL_POLL_OUT;
        if (!error && !(live->wanted & wanted_bit)) return;  // libcurl lost interest meanwhile
        auto socket = live->socket;
        live.reset();  // so that on_socket's removal is the last owner's
        loop->tell(socket, error ? CURL_CSELECT_ERR : event);
        if (auto still = weak_watch.lock()) loop->arm(still);
    });
}

int HttpClient::Loop::on_timer(CURLM*, long after_ms, void* self)
{
    auto& loop = *static_cast<Loop*>(self);
    if (after_ms < 0) {
        loop.timer_.cancel();
        return 0;
    }
    loop.timer_.expires_after(std::chrono::milliseconds(after_ms));
    loop.timer_.async_wait([weak = loop.weak_from_this()](const boost::system::error_code& error) {
        auto live = weak.lock();
        if (live && !error) live->tell(CURL_SOCKET_TIMEOUT, 0);
    });
    return 0;
}

void HttpClient::Loop::tell(curl_socket_t socket, int events)
{
    int running = 0, left = 0;
    curl_multi_socket_action(multi_.get(), socket, events, &running);
    while (auto message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        auto handle = message->easy_handle;
        auto code = message->data.result;  // the message is gone once the handle is removed
        curl_multi_remove_handle(multi_.get(), handle);
        auto found = calls_.find(handle);
        if (found == calls_.end()) continue;
        auto call = std::move(found->second);
        calls_.erase(found);
        call->finish(call->transfer.result(code));
    }
}

HttpClient::HttpClient(asio::io_context& io) : loop_(std::make_shared<Loop>(io)) {}

HttpClient::~HttpClient() = default;

Async<HttpResult> HttpClient::perform(HttpRequest request)
{
    auto call = loop_->start(std::move(request));
    std::weak_ptr<Loop> loop = loop_;  // the client may be gone when the wait is over
    if (!call->result) co_await call->done.async_wait(asio::as_tuple(use_async));
    if (!call->result) {  // the waiting itself was cancelled
        if (auto live = loop.lock()) live->forget(*call);
        co_return call->transfer.closed();
    }
    co_return std::move(*call->result);
}

}  // namespace smg::net
