#include "http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <utility>

#include "http/reply.hpp"

namespace smg::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr std::size_t read_bytes = 4096;
constexpr std::size_t mebibyte = 1024 * 1024;
constexpr std::size_t buffer_bytes = 128 * 1024;      // beyond a whole header, what Beast reads ahead of a body
constexpr std::size_t idle_buffer_bytes = 16 * 1024;  // more is given back between requests
constexpr std::size_t linger_bytes = mebibyte;
constexpr std::size_t linger_read_bytes = 64 * 1024;
constexpr std::string_view busy_seconds = "2";

constexpr auto as_tuple = asio::as_tuple(use_async);

// Nobody is there any more, or nothing was asked: no reply.
constexpr Refusal hung_up{0, ""};

std::unexpected<Refusal> refuse(Refusal refusal) { return std::unexpected(refusal); }

Refusal refusal_of(const beast::error_code& error)
{
    if (error == beast::http::error::body_limit) return {413, "The body is too large."};
    if (error == beast::http::error::end_of_stream || error == beast::http::error::partial_message) return hung_up;
    bool malformed = error.category() == make_error_code(beast::http::error::bad_chunk).category();
    return malformed ? Refusal{400, "The body is malformed."} : hung_up;
}

// Counts a request while it is being answered, however that ends.
struct InFlight {
    explicit InFlight(int& n) : count(n) { ++count; }
    ~InFlight() { --count; }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    int& count;
};

}  // namespace

Session::Session(Socket socket, Address peer, SessionContext context)
    : socket_(std::move(socket)), peer_(peer), context_(context), buffer_(context.limits.header_bytes + buffer_bytes)
{
}

Session::~Session() { give_back(); }

Async<> Session::run()
{
    bool keep_alive = true;
    for (int served = 0; keep_alive; ++served) {
        auto head = co_await read_request(served == 0);
        Framing framing{false, false};
        if (!head) {
            if (head.error().status == 0) co_return;
            auto refusal = message_reply(head.error().status, head.error().message);
            if (refusal.status == 405) refusal.headers.emplace_back("Allow", every_method);
            if (refusal.status == 503) refusal.headers.emplace_back("Retry-After", busy_seconds);
            if (!co_await write(std::move(refusal), framing, false)) co_return;
            break;
        }
        InFlight counted(context_.in_flight);
        bool head_only = head->request.method == Method::HEAD;
        auto response = co_await answer(std::move(head->request));
        keep_alive = head->keep_alive && served + 1 < context_.limits.requests_per_connection && !context_.stopping;
        framing = Framing{head->http_1_0, keep_alive};
        auto takeover = response.takeover;
        if (takeover) framing.upgrade = true;
        if (!co_await write(std::move(response), framing, head_only)) co_return;
        give_back();
        if (takeover) {
            allow(Duration::max());
            takeover->take(std::move(socket_), std::string(unread()));
            co_return;
        }
    }
    give_back();
    co_await linger();
}

Async<std::expected<Head, Refusal>> Session::read_request(bool first)
{
    auto head = co_await read_head(first);
    if (!head) co_return head;
    if (head->content_length > context_.limits.body_bytes) co_return refuse({413, "The body is too large."});
    if (head->has_body()) {
        auto body = co_await read_body(head->expects_continue);
        if (!body) co_return refuse(body.error());
        head->request.body = std::move(*body);
    } else {
        buffer_.consume(head_bytes_);
    }
    allow(Duration::max());
    name_client(head->request);
    co_return head;
}

Async<std::expected<Head, Refusal>> Session::read_head(bool first)
{
    const auto& limits = context_.limits;
    bool begun = false, skipped = false;
    std::size_t seen = 0;
    if (buffer_.size() == 0 && buffer_.capacity() > idle_buffer_bytes) buffer_.shrink_to_fit();
    allow(first ? limits.header_time : limits.keep_alive_time);
    for (;;) {
        // Some clients end a body with an extra CRLF (RFC 9112, 2.2).
        if (!skipped && unread().starts_with("\r\n")) {
            buffer_.consume(2);
            skipped = true;
            seen = 0;
        }
        if (!begun && !unread().empty()) {
            begun = true;
            if (!first) allow(limits.header_time);
        }
        auto end = head_end(unread().substr(0, limits.header_bytes), seen);
        if (!end) co_return refuse(end.error());
        if (*end > 0) {
            head_bytes_ = *end;
            co_return parse_head(unread().substr(0, head_bytes_));
        }
        if (unread().size() >= limits.header_bytes) co_return refuse({431, "The header is too large."});
        idle_ = !begun;
        if (idle_ && context_.stopping) co_return refuse(hung_up);
        bool more = co_await read_some();
        idle_ = false;
        if (!more && late_ && begun) co_return refuse({408, "The header took too long."});
        if (!more) co_return refuse(hung_up);
    }
}

Async<std::expected<std::string, Refusal>> Session::read_body(bool expects_continue)
{
    if (expects_continue && buffer_.size() == head_bytes_) {
        bool told = co_await send("HTTP/1.1 100 Continue\r\n\r\n", "");
        if (!told) co_return refuse(hung_up);
    }
    beast::http::request_parser<beast::http::string_body> parser;
    parser.body_limit(context_.limits.body_bytes);
    parser.header_limit(static_cast<std::uint32_t>(context_.limits.header_bytes));
    allow(context_.limits.body_time);
    // The header is read again by Beast; its fields, and those of a chunked body's trailer, are used for nothing else.
    while (!parser.is_done()) {
        auto [error, size] = co_await beast::http::async_read_some(socket_, buffer_, parser, as_tuple);
        if (late_) co_return refuse({408, "The body took too long."});
        if (error) co_return refuse(refusal_of(error));
        if (!take_room(parser.get().body().size()))
            co_return refuse({503, "Too many large bodies at once. Try again shortly."});
    }
    co_return std::move(parser.get().body());
}

// A Router answers exceptions itself; this is for a service without one, and for bugs in it.
Async<Response> Session::answer(Request request)
{
    std::exception_ptr thrown;
    try {
        co_return co_await context_.service(std::move(request));
    } catch (...) {
        thrown = std::current_exception();
    }
    co_return crashed(thrown);
}

Async<bool> Session::write(Response response, Framing framing, bool head_only)
{
    auto head = reply_head(response, framing, SystemClock().now());
    if (head_only || !may_have_body(response.status)) response.body.clear();
    co_return co_await send(std::move(head), std::move(response.body));
}

Async<bool> Session::send(std::string head, std::string body)
{
    std::array<asio::const_buffer, 2> both{asio::buffer(head), asio::buffer(body)};
    allow(context_.limits.write_time * static_cast<int>(1 + body.size() / mebibyte));
    auto [error, size] = co_await asio::async_write(socket_, both, as_tuple);
    co_return !error;
}

Async<bool> Session::read_some()
{
    auto space = buffer_.prepare(read_bytes);
    auto [error, size] = co_await socket_.async_read_some(space, as_tuple);
    if (!error) buffer_.commit(size);
    co_return !error;
}

// Closing a socket with unread bytes resets it, and the client may lose the reply it was about to read.
Async<> Session::linger()
{
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    allow(context_.limits.linger_time);
    idle_ = true;
    buffer_.clear();
    buffer_.shrink_to_fit();
    // Nobody looks at what comes now, so all sessions of a thread share the space.
    thread_local std::array<char, linger_read_bytes> unwanted;
    auto space = asio::buffer(unwanted);
    for (std::size_t total = 0; total < linger_bytes && !context_.stopping;) {
        auto [error, size] = co_await socket_.async_read_some(space, as_tuple);
        if (error) break;
        total += size;
    }
}

bool Session::take_room(std::size_t body)
{
    if (body <= context_.limits.small_body_bytes || body <= room_) return true;
    auto more = body - room_;
    if (context_.large_bodies + more > context_.limits.large_bodies_bytes) return false;
    context_.large_bodies += more;
    room_ = body;
    return true;
}

void Session::give_back() { context_.large_bodies -= std::exchange(room_, 0); }

std::string_view Session::unread() const
{
    auto bytes = buffer_.cdata();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
}

void Session::allow(Duration time)
{
    late_ = false;
    auto now = std::chrono::steady_clock::now();
    deadline_ = time == Duration::max() ? std::chrono::steady_clock::time_point::max() : now + time;
}

void Session::name_client(Request& request) const
{
    request.peer = client_address(peer_, request.headers, context_.proxies).text();
    request.local = peer_.loopback() && !forwarded(request.headers);
}

void Session::check_deadline(std::chrono::steady_clock::time_point now)
{
    if (now < deadline_) return;
    late_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Session::close_if_idle()
{
    if (idle_) cut();
}

void Session::cut()
{
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace smg::http
