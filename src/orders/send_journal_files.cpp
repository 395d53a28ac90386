#include "orders/send_journal_files.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/result.hpp"

namespace smg::orders {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".log";

// `<boot_id>.<segment>.log`
std::optional<JournalFile> named(const fs::path& path)
{
    auto name = path.filename().string();
    if (!name.ends_with(ending)) return std::nullopt;
    auto stem = std::string_view(name).substr(0, name.size() - ending.size());
    auto dot = stem.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return std::nullopt;
    auto digits = stem.substr(dot + 1);
    int segment = 0;
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), segment);
    if (error != std::errc{} || stop != digits.data() + digits.size() || segment < 1) return std::nullopt;
    return JournalFile{path, std::string(stem.substr(0, dot)), segment};
}

template <json::Described T>
bool take(const json::object& line, std::vector<T>& into)
{
    auto entry = json::to<T>(line);
    if (entry) into.push_back(std::move(*entry));
    return entry.has_value();
}

// False when the line says what this version does not understand.
bool take_line(JournalSegment& segment, const json::object& line)
{
    auto kind = kind_of(line);
    if (!kind || segment.goes_on) return false;
    if (*kind == LineKind::head) {
        auto head = json::to<JournalHead>(line);
        bool fits = head && !segment.head && head->format == journal_format && head->boot_id == segment.file.boot_id &&
                    head->segment == segment.file.segment;
        if (fits) segment.head = std::move(*head);
        return fits;
    }
    if (!segment.head) return false;
    switch (*kind) {
        case LineKind::go: return take(line, segment.gos);
        case LineKind::reply: return take(line, segment.replies);
        case LineKind::not_sent: return take(line, segment.not_sent);
        case LineKind::next: return segment.goes_on = true;
        case LineKind::head: break;
    }
    return false;
}

// The first line continues the chain that it names itself: its file may be read without the one before.
std::string chain_before(std::string_view first_line)
{
    constexpr std::string_view member = "\"after\":\"";
    auto at = first_line.find(member);
    if (at == std::string_view::npos) return {};
    auto rest = first_line.substr(at + member.size());
    return std::string(rest.substr(0, rest.find('"')));
}

// What cannot be read is not empty: it may say of every order that it was sent.
Result<std::string> text_of(const fs::path& file)
{
    errno = 0;
    try {
        std::ifstream in(file, std::ios::binary);
        if (in) return std::string(std::istreambuf_iterator<char>(in), {});
    } catch (const std::ios_base::failure&) {
        // Of the disk, in the middle.
    }
    return fail(Code::failed, fmt::format("it cannot be read: {}", std::generic_category().message(errno)));
}

// A last line that is whole but for its \n counts: should it have been durable, it is better believed. One that would be
// whole if its last byte were another has lost that byte on the disk.
void take_rest(JournalSegment& segment, std::string_view rest, int number, std::string chain)
{
    segment.torn = true;
    auto whole = open_line(rest, chain);
    if (whole && take_line(segment, *whole)) segment.chain = chain;
    else if (rest.size() > 1 && open_line(rest.substr(0, rest.size() - 1), chain))
        segment.damage = JournalDamage{segment.file.path, number, "its end is damaged"};
}

void join(BootJournal& boot, const JournalSegment& segment)
{
    for (const auto& go : segment.gos) boot.sends[go.attempt_id] = {go};
    for (const auto& reply : segment.replies)
        if (auto found = boot.sends.find(reply.attempt_id); found != boot.sends.end()) found->second.reply = reply;
    for (const auto& not_sent : segment.not_sent)
        if (auto found = boot.sends.find(not_sent.attempt_id); found != boot.sends.end()) found->second.not_sent = true;
}

}  // namespace

fs::path journal_file(const fs::path& folder, const std::string& boot_id, int segment)
{
    return folder / fmt::format("{}.{}{}", boot_id, segment, ending);
}

std::vector<JournalFile> journal_files(const fs::path& folder)
{
    std::vector<JournalFile> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (auto file = named(entry.path())) files.push_back(std::move(*file));
    std::ranges::sort(files, {}, [](const JournalFile& file) { return std::pair(file.boot_id, file.segment); });
    return files;
}

std::vector<std::vector<JournalFile>> files_by_boot(const fs::path& folder)
{
    std::vector<std::vector<JournalFile>> boots;
    for (auto& file : journal_files(folder)) {
        if (boots.empty() || boots.back().front().boot_id != file.boot_id) boots.emplace_back();
        boots.back().push_back(std::move(file));
    }
    return boots;
}

std::optional<bool> journal_is_held(const fs::path& file)
{
    int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? std::optional(false) : std::nullopt;
    bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(fd);
    return held;
}

std::string JournalDamage::text() const
{
    return fmt::format("the send journal {} is damaged{}: {}", file.string(),
                       line > 0 ? fmt::format(" in line {}", line) : "", what);
}

JournalSegment read_journal(const JournalFile& file)
{
    JournalSegment segment;
    segment.file = file;
    auto text = text_of(file.path);
    if (!text) {
        segment.damage = JournalDamage{file.path, 0, text.error().message};
        return segment;
    }
    std::string chain = chain_before(std::string_view(*text).substr(0, text->find('\n')));
    std::string_view rest = *text;
    int number = 1;
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n'), ++number) {
        auto line = open_line(rest.substr(0, end), chain);
        if (!line || !take_line(segment, *line)) {
            segment.damage =
                JournalDamage{file.path, number, line ? "it says what nobody understands" : "its chain is broken"};
            return segment;
        }
        if (!segment.goes_on) segment.chain = chain;
        rest.remove_prefix(end + 1);
    }
    if (!rest.empty()) take_rest(segment, rest, number, chain);
    return segment;
}

BootJournal read_boot(const std::vector<JournalFile>& files, const JournalMark& settled, bool over)
{
    BootJournal boot;
    auto expected = settled.segment + 1;
    auto chain = settled.chain;
    bool must_begin = false;  // the file before says that this one is there
    auto damaged = [&](const fs::path& file, std::string what) {
        if (!boot.damage) boot.damage = JournalDamage{file, 0, std::move(what)};
    };
    for (const auto& file : files) {
        boot.boot_id = file.boot_id;
        if (file.segment <= settled.segment) continue;
        if (file.segment != expected) damaged(file.path, fmt::format("the file before it, number {}, is missing", expected));
        expected = file.segment + 1;
        auto segment = read_journal(file);
        if (segment.damage && !boot.damage) boot.damage = segment.damage;
        bool begun = segment.head.has_value();
        if (begun && segment.head->after != chain) damaged(file.path, "it does not follow the file before it");
        if (!begun && must_begin) damaged(file.path, "its beginning is missing");
        must_begin = segment.goes_on;
        if (begun) chain = segment.chain;
        join(boot, segment);
        boot.segments.push_back(std::move(segment));
    }
    if (over && !boot.segments.empty() && boot.segments.back().goes_on)
        damaged(boot.segments.back().file.path, "the file after it is missing");
    return boot;
}

}  // namespace smg::orders
