// The configuration file and the database's address: never an exception, always words for what is wrong, and no figure
// outside its range.
#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/config.hpp"
#include "db/database.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

// A file of the kernel's memory, with a name to open it by.
class File {
public:
    explicit File(std::string_view text) : descriptor_(memfd_create("config", MFD_CLOEXEC))
    {
        must(write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    ~File() { close(descriptor_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

private:
    int descriptor_;
};

void check_config(const Config& config)
{
    must(config.connections >= 1 && config.connections_per_ip >= 1 && config.requests_per_connection >= 1);
    must(config.header_bytes >= 1024 && config.body_bytes >= 1024 && config.body_bytes <= 64 * 1024 * 1024);
    must(config.header_timeout_ms >= 10 && config.sender_threads >= 1 && config.database_readers >= 1);
    must(!config.roles.empty() && !config.data.empty());
    if (!config.database.empty()) must(db::Url::parse(config.database_url()).has_value());
}

void check_url(const std::string& text)
{
    auto url = db::Url::parse(text);
    if (!url) {
        must(url.error().message.starts_with("database: "));
        return;
    }
    must(url->port >= 1 && url->port <= 65'535, text);
    must(url->dialect == db::Dialect::mariadb || !url->path.empty(), text);
    auto expected = url->dialect == db::Dialect::sqlite
                        ? "sqlite:" + url->path
                        : fmt::format("mysql://{}@{}:{}/{}", url->user, url->host, url->port, url->name);
    must(url->shown() == expected, url->shown());
}

}  // namespace

void one_input(std::string_view input)
{
    check_url(std::string(input.substr(0, input.find('\n'))));
    File file(input);
    auto config = load_config({}, file.path());
    if (config) check_config(*config);
    else must(!config.error().message.empty());
}

}  // namespace smg::fuzz
