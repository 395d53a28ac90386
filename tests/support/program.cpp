#include "support/program.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace smg::test {
namespace {

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added)
{
    std::vector<std::string> out;
    for (char** entry = environ; *entry; ++entry) {
        std::string text = *entry;
        if (!text.starts_with("SMGCRM_") && !added.contains(text.substr(0, text.find('=')))) out.push_back(std::move(text));
    }
    for (const auto& [name, value] : added) out.push_back(name + '=' + value);
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// Between fork and exec only what a signal handler may call: the test may have threads.
[[noreturn]] void become(const char* folder, char* const* arguments, char* const* environment, pid_t parent)
{
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent || ::chdir(folder) != 0) ::_exit(126);
    int in = ::open("stdin", O_RDONLY);
    int out = ::open("stdout", O_WRONLY | O_APPEND), err = ::open("stderr", O_WRONLY | O_APPEND);
    if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) ::_exit(126);
    ::close_range(3, ~0U, 0);
    ::execvpe(arguments[0], arguments, environment);
    ::_exit(127);
}

Exit exit_of(int status)
{
    if (WIFSIGNALED(status)) return {-1, WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
}

std::string tail(const std::string& text)
{
    constexpr std::size_t shown = 4000;
    return text.size() <= shown ? text : "…" + text.substr(text.size() - shown);
}

// The PORT of `{"listening":"127.0.0.1:PORT"}`, once the line is whole.
std::optional<int> listening_port(const std::string& out)
{
    constexpr std::string_view start = R"({"listening":"127.0.0.1:)";
    int port = 0;
    if (!out.starts_with(start) || out.find('\n') == std::string::npos) return std::nullopt;
    auto [end, error] = std::from_chars(out.data() + start.size(), out.data() + out.size(), port);
    if (error != std::errc{} || !std::string_view(end).starts_with("\"}")) return std::nullopt;
    return port;
}

}  // namespace

std::string smgcrm_binary()
{
    if (auto given = std::getenv("SMGCRM_BINARY")) return given;
#ifdef SMGCRM_BUILT_BINARY
    return SMGCRM_BUILT_BINARY;
#else
    throw std::runtime_error("smgcrm is not built here, and SMGCRM_BINARY names none");
#endif
}

Program::Program(const std::string& binary, Options options)
    : command_(fmt::format("{} {}", binary, fmt::join(options.arguments, " ")))
{
    write_file(folder_ / "stdin", options.input);
    write_file(folder_ / "stdout", "");
    write_file(folder_ / "stderr", "");
    auto arguments = std::move(options.arguments);
    arguments.insert(arguments.begin(), binary);
    auto environment = environment_with(options.environment);
    auto argv = pointers(arguments), envp = pointers(environment);
    auto parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become(folder_.path().c_str(), argv.data(), envp.data(), parent);
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    ::setpgid(pid_, pid_);  // in both: whichever comes first
}

Program::~Program()
{
    if (!exit_) {
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    if (::testing::Test::HasFailure() && !err().empty()) fmt::print(stderr, "--- {}\n{}\n---\n", command_, tail(err()));
}

int Program::port()
{
    if (port_ > 0) return port_;
    std::optional<int> found;
    eventually([&] {
        bool over = !running();
        found = listening_port(out());
        return found || over;
    });
    if (!found) throw std::runtime_error(fmt::format("{}: is not listening\n{}\n{}", command_, tail(out()), tail(err())));
    return port_ = *found;
}

std::string Program::url(const std::string& path) { return fmt::format("http://127.0.0.1:{}{}", port(), path); }

bool Program::says(std::string_view words) const
{
    return eventually([&] { return err().contains(words); });
}

bool Program::running()
{
    if (exit_) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) exit_ = exit_of(status);
    return !exit_;
}

std::optional<Exit> Program::wait(std::chrono::milliseconds deadline)
{
    eventually([this] { return !running(); }, deadline);
    return exit_;
}

void Program::signal(int number)
{
    if (running()) ::kill(pid_, number);
}

Finished run(const std::string& binary, Program::Options options, std::chrono::milliseconds deadline)
{
    Program program(binary, std::move(options));
    auto ended = program.wait(deadline);
    if (!ended) {
        program.kill();
        ended = program.wait();
    }
    return {ended.value_or(Exit{}), program.out(), program.err()};
}

}  // namespace smg::test
