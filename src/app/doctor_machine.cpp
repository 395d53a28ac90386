#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>

#include "app/doctor.hpp"

namespace smg {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t gibibyte = 1024 * 1024 * 1024;
constexpr std::uint64_t little_space = 2 * gibibyte, no_space = gibibyte / 4;
constexpr int spare_files = 256;  // beside those of connections: database, log, threads

void examine_space(const fs::path& directory, Diagnoses& out)
{
    struct statvfs space{};
    if (::statvfs(directory.c_str(), &space) != 0) return;
    auto free = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
    auto what = fmt::format("{} MiB are free in {}", free >> 20, directory.string());
    if (free < no_space) out.push_back({Verdict::bad, what, "make room: orders are answered 503 when the disk is full"});
    else if (free < little_space) out.push_back({Verdict::warn, what, "make room before the disk is full"});
    else out.push_back({Verdict::ok, what});
    constexpr std::uint64_t few_files = 10'000;
    if (space.f_files > 0 && space.f_favail < few_files)
        out.push_back({Verdict::warn,
                       fmt::format("only {} files can still be made in {}", space.f_favail, directory.string()),
                       "remove files there"});
}

struct FileSystem {
    long magic;
    std::string_view name;
    Verdict verdict;
};
// From linux/magic.h; locks, or what fsync promises, do not hold on these.
constexpr auto unfit = std::to_array<FileSystem>({
    {0x6969, "NFS", Verdict::bad},
    {0x517B, "SMB", Verdict::bad},
    {0xFF534D42, "CIFS", Verdict::bad},
    {0xFE534D42, "SMB2", Verdict::bad},
    {0x01021997, "9p", Verdict::bad},
    {0x00C36400, "Ceph", Verdict::bad},
    {0x65735546, "FUSE", Verdict::warn},
    {0x01021994, "tmpfs, which a restart empties", Verdict::bad},
});

void examine_file_system(const fs::path& directory, Diagnoses& out)
{
    struct statfs kind{};
    if (::statfs(directory.c_str(), &kind) != 0) return;
    for (const auto& one : unfit)
        if (static_cast<unsigned long>(kind.f_type) == static_cast<unsigned long>(one.magic))
            out.push_back({one.verdict, fmt::format("{} is on {}", directory.string(), one.name),
                           "keep the data on a local disk, or use MariaDB"});
}

void examine_mode(const fs::path& file, unsigned forbidden, Verdict verdict, const std::string& to_do, Diagnoses& out)
{
    struct stat state{};
    if (::stat(file.c_str(), &state) != 0) return;
    if ((state.st_mode & forbidden) != 0)
        out.push_back({verdict, fmt::format("{} has the mode {:03o}", file.string(), state.st_mode & 0777), to_do});
}

void examine_limits(const Config& config, Diagnoses& out)
{
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    auto wanted = static_cast<rlim_t>(config.connections + config.sender_threads + spare_files);
    auto what = fmt::format("the process may open {} files", files.rlim_cur);
    if (files.rlim_cur < wanted)
        out.push_back(
            {Verdict::warn, what, fmt::format("raise it to {} (LimitNOFILE= of the unit), or lower `connections`", wanted)});
    else out.push_back({Verdict::ok, what});
}

}  // namespace

void examine_machine(const Config& config, const Clock& clock, Diagnoses& out)
{
    examine_space(config.data, out);
    examine_limits(config, out);
    if (::geteuid() == 0) out.push_back({Verdict::warn, "it runs as root", "give it a user of its own"});
    timex state{};
    if (::adjtimex(&state) == TIME_ERROR)
        out.push_back({Verdict::warn, "the clock follows no time server", "install chrony or systemd-timesyncd"});
    if (clock.now() < *from_stored("2025-01-01 00:00:00.000"))
        out.push_back({Verdict::bad, "the clock says " + stored(clock.now()), "set it"});
}

void examine_files(const Config& config, Diagnoses& out)
{
    constexpr unsigned others = 0077, writable_by_others = 0022;
    auto before = out.size();
    if (!fs::exists(config.master_key_file()))
        out.push_back({Verdict::bad, fmt::format("there is no master key at {}", config.master_key_file().string()),
                       "copy it here from where it is kept"});
    examine_mode(config.master_key_file(), others, Verdict::bad, "chmod 400: whoever reads it can open every secret", out);
    if (::access(config.data.c_str(), W_OK) != 0 ||
        (fs::exists(config.journal_folder()) && ::access(config.journal_folder().c_str(), W_OK) != 0))
        out.push_back({Verdict::bad, fmt::format("{} cannot be written to", config.journal_folder().string()),
                       "give it to the program's user: what cannot be noted in the send journal is not sent"});
    examine_mode(config.data, writable_by_others, Verdict::bad, "chmod 700: others could replace the database", out);
    examine_mode(config.data, others & ~writable_by_others, Verdict::warn, "chmod 700: others can look into it", out);
    examine_file_system(config.data, out);  // for the send journal, on MariaDB too
    auto url = db::Url::parse(config.database_url());
    if (url && url->dialect == db::Dialect::sqlite) {
        auto file = fs::path(url->path);
        auto directory = file.has_parent_path() ? file.parent_path() : fs::path(".");
        if (directory != config.data) {
            examine_file_system(directory, out);
            examine_space(directory, out);
        }
        // Inside a closed directory its own mode does not matter.
        struct stat state{};
        if (::stat(directory.c_str(), &state) == 0 && (state.st_mode & others) != 0)
            examine_mode(file, others, Verdict::warn, "chmod 600: it holds your customers' addresses", out);
    }
    if (out.size() == before) out.push_back({Verdict::ok, "master key and data are closed to others"});
}

}  // namespace smg
