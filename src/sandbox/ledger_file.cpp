#include "sandbox/ledger_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace smg::sandbox {

Result<LedgerFile> LedgerFile::open(const std::filesystem::path& file)
{
    int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(Code::failed,
                    fmt::format("cannot open the ledger {}: {}", file.string(), std::system_category().message(errno)));
    LedgerFile ledger(fd);
    std::ifstream in(file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    std::size_t whole = 0;
    for (std::size_t end; (end = text.find('\n', whole)) != std::string::npos; whole = end + 1) {
        auto parsed = json::parse(std::string_view(text).substr(whole, end - whole));
        auto entry = parsed ? json::to<LedgerEntry>(*parsed) : fail(parsed.error());
        if (!entry) return fail(Code::failed, fmt::format("{} is no ledger: {}", file.string(), entry.error().message));
        ledger.entries_.push_back(std::move(*entry));
    }
    if (whole < text.size() && ::ftruncate(fd, static_cast<off_t>(whole)) != 0)
        return fail(Code::failed,
                    fmt::format("cannot mend the ledger {}: {}", file.string(), std::system_category().message(errno)));
    return ledger;
}

LedgerFile::LedgerFile(LedgerFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)), entries_(std::move(other.entries_))
{
}

LedgerFile::~LedgerFile()
{
    if (fd_ >= 0) ::close(fd_);
}

void LedgerFile::append(const LedgerEntry& entry)
{
    auto line = json::text_of(json::from(entry)) + "\n";
    for (std::string_view rest = line; !rest.empty();) {
        auto written = ::write(fd_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw std::system_error(errno, std::system_category(), "cannot write the ledger");
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(fd_) != 0) throw std::system_error(errno, std::system_category(), "cannot sync the ledger");
}

}  // namespace smg::sandbox
