#include "app/control.hpp"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>

#include "base/log.hpp"
#include "net/blocking_pool.hpp"

namespace smg {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Protocol, Executor>;
using Socket = asio::basic_stream_socket<Protocol, Executor>;

constexpr std::size_t max_line = 1024 * 1024;
constexpr int answer_timeout_s = 60;

std::string answer_line(const Result<std::string>& result)
{
    json::object answer{{"ok", result.has_value()}};
    answer["output"] = result ? *result : result.error().message;
    return json::text_of(answer) + "\n";
}

Result<std::string> execute(const CommandRunner& runner, const std::string& line)
{
    auto request = json::parse(line);
    if (!request || !request->is_object()) return fail(Code::invalid, "not a command");
    auto name = request->get_object().if_contains("command"), options = request->get_object().if_contains("options");
    if (!name || !name->is_string() || !options || !options->is_object()) return fail(Code::invalid, "not a command");
    try {
        return runner(std::string_view(name->get_string()), options->get_object());
    } catch (const std::exception& e) {
        return fail(Code::failed, e.what());
    }
}

}  // namespace

struct ControlSocket::State {
    State(asio::io_context& io, std::filesystem::path file, CommandRunner run)
        : acceptor(io.get_executor()), path(std::move(file)), runner(std::move(run)), pool(1)
    {
    }
    Acceptor acceptor;
    std::filesystem::path path;
    CommandRunner runner;
    net::BlockingPool pool;
    bool listening = false;
};

namespace {

template <class State>
Async<void> serve_one(std::shared_ptr<State> state, Socket socket)
{
    try {
        std::string buffer;
        auto length = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer, max_line), '\n', use_async);
        auto line = buffer.substr(0, length);
        auto work = [state, line] { return execute(state->runner, line); };
        auto result = co_await state->pool.run(std::move(work));
        auto answer = answer_line(result);
        co_await asio::async_write(socket, asio::buffer(answer), use_async);
    } catch (const std::exception& e) {
        log::warning("control socket: {}", e.what());
    }
}

template <class State>
Async<void> accept_all(std::shared_ptr<State> state)
{
    while (state->listening) {
        Socket socket(state->acceptor.get_executor());
        boost::system::error_code error;
        co_await state->acceptor.async_accept(socket, asio::redirect_error(use_async, error));
        if (error) co_return;
        asio::co_spawn(state->acceptor.get_executor(), serve_one(state, std::move(socket)), asio::detached);
    }
}

}  // namespace

ControlSocket::ControlSocket(asio::io_context& io, std::filesystem::path path, CommandRunner runner)
    : state_(std::make_shared<State>(io, std::move(path), std::move(runner)))
{
}

ControlSocket::~ControlSocket() { stop(); }

Result<void> ControlSocket::listen()
{
    auto name = state_->path.string();
    sockaddr_un longest{};
    if (name.size() >= sizeof longest.sun_path)
        return fail(Code::failed, fmt::format("the path {} is too long for a socket: give a shorter --data", name));
    ::unlink(name.c_str());  // we hold the directory's lock: whoever made it is dead
    try {
        state_->acceptor.open();
        auto mask = ::umask(0177);
        boost::system::error_code error;
        state_->acceptor.bind(Protocol::endpoint(name), error);
        ::umask(mask);
        if (error) return fail(Code::failed, fmt::format("cannot make {}: {}", name, error.message()));
        state_->acceptor.listen();
    } catch (const boost::system::system_error& e) {
        return fail(Code::failed, fmt::format("cannot listen on {}: {}", name, e.code().message()));
    }
    state_->listening = true;
    asio::co_spawn(state_->acceptor.get_executor(), accept_all(state_), asio::detached);
    return {};
}

void ControlSocket::stop()
{
    if (!state_->listening) return;
    state_->listening = false;
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    ::unlink(state_->path.c_str());
}

void ControlSocket::join() { state_->pool.join(); }

std::optional<Result<std::string>> ask_server(const std::filesystem::path& path, std::string_view name,
                                              const json::object& options)
{
    struct Descriptor {
        int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ~Descriptor() { ::close(fd); }
    } peer;
    timeval patience{answer_timeout_s, 0};
    ::setsockopt(peer.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto text = path.string();
    if (text.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    if (::connect(peer.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return std::nullopt;

    json::object request{{"command", name}};
    request["options"] = options;
    auto line = json::text_of(request) + "\n";
    for (std::string_view rest = line; !rest.empty();) {
        auto sent = ::send(peer.fd, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) return fail(Code::failed, "the server hung up");
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::string answer(4096, '\0'), all;
    while (all.find('\n') == std::string::npos) {
        auto got = ::recv(peer.fd, answer.data(), answer.size(), 0);
        if (got <= 0)
            return fail(Code::failed, "the server did not answer; look at what it did before you repeat the command");
        all.append(answer, 0, static_cast<std::size_t>(got));
    }
    auto parsed = json::parse(all);
    if (!parsed || !parsed->is_object()) return fail(Code::failed, "the server's answer is unreadable");
    const auto& object = parsed->get_object();
    auto output = std::string(object.at("output").as_string());
    if (!object.at("ok").as_bool()) return fail(Code::failed, output);
    return output;
}

}  // namespace smg
