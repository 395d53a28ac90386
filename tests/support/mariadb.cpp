#include "support/mariadb.hpp"

#include <fmt/core.h>
#include <mysql.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace smg::test {
namespace {

using Connection = std::unique_ptr<MYSQL, decltype(&mysql_close)>;
using Rows = std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)>;

// Small, for a quick start; durable as production is. Without io_uring, whose memory many servers on one machine may not
// get.
const std::vector<std::string> server_options = {
    "--bind-address=127.0.0.1",       "--skip-name-resolve",
    "--performance-schema=OFF",       "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",     "--innodb-flush-log-at-trx-commit=1",
    "--key-buffer-size=1M",           "--aria-pagecache-buffer-size=1M",
    "--character-set-server=utf8mb4", "--innodb-use-native-aio=OFF",
};

std::string user_name()
{
    auto user = ::getpwuid(::geteuid());
    return user ? user->pw_name : "root";
}

// Free a moment ago; who loses the race for it tries another.
int free_port()
{
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto raw = reinterpret_cast<sockaddr*>(&address);
    bool known = ::bind(fd, raw, size) == 0 && ::getsockname(fd, raw, &size) == 0;
    ::close(fd);
    if (!known) throw std::runtime_error("no free port on 127.0.0.1");
    return ntohs(address.sin_port);
}

std::filesystem::path roomy_folder()
{
    constexpr std::uintmax_t room = std::uintmax_t{2} << 30;
    const std::filesystem::path memory = "/dev/shm";
    std::error_code none;
    auto space = std::filesystem::space(memory, none);
    bool usable = !none && space.available >= room && ::access(memory.c_str(), W_OK) == 0;
    return usable ? memory : std::filesystem::temp_directory_path();
}

Connection connect(const std::string& socket)
{
    Connection connection(mysql_init(nullptr), mysql_close);
    if (!mysql_real_connect(connection.get(), nullptr, "root", nullptr, nullptr, 0, socket.c_str(), CLIENT_MULTI_STATEMENTS))
        throw std::runtime_error(mysql_error(connection.get()));
    return connection;
}

}  // namespace

TestMariaDb::TestMariaDb(std::vector<std::string> options) : folder_(roomy_folder()), options_(std::move(options))
{
    auto data = (folder_ / "data").string();
    std::filesystem::create_directory(folder_ / "tmp");
    auto made = run("mariadb-install-db",
                    {{"--no-defaults", "--datadir=" + data, own_tmpdir(), "--user=" + user_name(), "--skip-test-db",
                      "--skip-name-resolve", "--auth-root-authentication-method=normal", "--innodb-log-file-size=16M"}});
    if (made.exit != Exit{0, 0}) throw std::runtime_error("mariadb-install-db: " + made.out + made.err);
    constexpr int tries = 5;
    for (int i = 0; i < tries; ++i) {
        port_ = free_port();
        if (try_start()) return;
    }
    throw std::runtime_error("mariadbd does not start: " + server_->err());
}

// A server that starts removes the temporary tables of others from a folder that they share.
std::string TestMariaDb::own_tmpdir() const { return "--tmpdir=" + (folder_ / "tmp").string(); }

bool TestMariaDb::try_start()
{
    Program::Options options;
    options.arguments = {"--no-defaults",
                         own_tmpdir(),
                         "--user=" + user_name(),
                         "--datadir=" + (folder_ / "data").string(),
                         "--socket=" + (folder_ / "s").string(),
                         fmt::format("--port={}", port_)};
    options.arguments.insert(options.arguments.end(), server_options.begin(), server_options.end());
    options.arguments.insert(options.arguments.end(), options_.begin(), options_.end());
    server_ = std::make_unique<Program>("/usr/sbin/mariadbd", std::move(options));
    eventually([this] { return !server_->running() || answers(); });
    return server_->running() && answers();
}

bool TestMariaDb::answers() const
{
    try {
        connect((folder_ / "s").string());
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::string TestMariaDb::create_database(const std::string& name)
{
    execute(
        fmt::format("DROP DATABASE IF EXISTS `{0}`; CREATE DATABASE `{0}`;"
                    "CREATE OR REPLACE USER `{0}`@`127.0.0.1` IDENTIFIED BY 'password';"
                    "GRANT ALL ON `{0}`.* TO `{0}`@`127.0.0.1`",
                    name));
    return fmt::format("mysql://{0}:password@127.0.0.1:{1}/{0}", name, port_);
}

std::vector<std::string> TestMariaDb::execute(const std::string& sql)
{
    auto connection = connect((folder_ / "s").string());
    std::vector<std::string> column;
    int next = mysql_real_query(connection.get(), sql.data(), sql.size());
    for (; next == 0; next = mysql_next_result(connection.get())) {
        Rows rows(mysql_store_result(connection.get()), mysql_free_result);
        if (!rows) continue;
        column.clear();
        while (auto row = mysql_fetch_row(rows.get())) column.emplace_back(row[0] ? row[0] : "NULL");
    }
    if (mysql_errno(connection.get()) != 0) throw std::runtime_error(mysql_error(connection.get()));
    return column;
}

std::optional<std::string> TestMariaDb::last_words()
{
    if (server_->running()) return std::nullopt;
    auto ended = server_->wait().value_or(Exit{});
    return fmt::format("exit {}, signal {}\n{}", ended.code, ended.signal, server_->err());
}

void TestMariaDb::kill()
{
    server_->kill();
    server_->wait();
}

void TestMariaDb::start()
{
    if (!try_start()) throw std::runtime_error("mariadbd does not start again: " + server_->err());
}

TestMariaDb& shared_mariadb()
{
    static TestMariaDb server;
    return server;
}

}  // namespace smg::test
