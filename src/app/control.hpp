#pragma once

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace smg {

/// Runs a command by name with its options; see run_command().
using CommandRunner = std::function<Result<std::string>(std::string_view name, const json::object& options)>;

/// DATA/control.sock (0600): the server takes commands from the command line here, since it alone has the database. One JSON
/// line in, one out: {"command","options"} → {"ok","output"}. Commands run one by one on a thread of their own.
class ControlSocket {
public:
    ControlSocket(boost::asio::io_context& io, std::filesystem::path path, CommandRunner runner);
    ~ControlSocket();

    /// Replaces a socket file that a dead process left. Fails in words.
    Result<void> listen();
    void stop();

    /// Waits for a command in hand; it uses the database.
    void join();

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Hands a command to the process that owns the directory; nothing when nobody listens there. Blocks for at most 60 s.
std::optional<Result<std::string>> ask_server(const std::filesystem::path& path, std::string_view name,
                                              const json::object& options);

}  // namespace smg
