#include "backup/source.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/json.hpp"

namespace smg::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 1024 * 1024;

/// The lines of a file, one after the other, in constant memory.
class Lines {
public:
    explicit Lines(const fs::path& file) : file_(file), fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~Lines()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    /// The next line without its end, good until the next call; nothing after the last.
    Result<std::optional<std::string_view>> next()
    {
        if (fd_ < 0) return fail(Code::not_found, fmt::format("cannot read {}: {}", file_.string(), std::strerror(errno)));
        while (true) {
            auto end = buffer_.find('\n', searched_);
            if (end != std::string::npos) {
                auto line = std::string_view(buffer_).substr(at_, end - at_);
                at_ = searched_ = end + 1;
                bytes_ += line.size() + 1;
                return line;
            }
            searched_ = buffer_.size();
            auto more = read_more();
            if (!more) return fail(more.error());
            if (*more) continue;
            if (at_ < buffer_.size()) return fail(damaged("its last line is cut"));
            return std::nullopt;
        }
    }

    std::uint64_t bytes() const { return bytes_; }

    Error damaged(const std::string& how) const
    {
        return {Code::failed, fmt::format("the backup {} cannot be used: {}. Nothing was changed; take another copy",
                                          file_.string(), how)};
    }

private:
    Result<bool> read_more()
    {
        if (buffer_.size() - at_ > longest_line) return fail(damaged("it holds a line without an end"));
        buffer_.erase(0, at_);
        searched_ -= at_;
        at_ = 0;
        auto had = buffer_.size();
        buffer_.resize(had + piece_bytes);
        auto got = ::read(fd_, buffer_.data() + had, piece_bytes);
        buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0) return fail(Code::failed, fmt::format("cannot read {}: {}", file_.string(), std::strerror(errno)));
        return got > 0;
    }

    fs::path file_;
    int fd_;
    std::string buffer_;
    std::size_t at_ = 0, searched_ = 0;
    std::uint64_t bytes_ = 0;
};

// A later format may look otherwise from its second line on, so its number is believed before the hash can be.
Result<void> right_format(const Lines& lines, const Result<json::value>& first)
{
    auto number = first && first->is_object() ? first->get_object().if_contains("smgcrm_backup") : nullptr;
    auto format = number ? json::as_integer(*number) : std::nullopt;
    if (!format) return fail(lines.damaged("it does not begin as a backup of this program does"));
    if (*format > format_number)
        return fail(Code::failed, fmt::format("the backup was made by a newer version of this program (format {}, this one "
                                              "reads up to {}): restore it with that version",
                                              *format, format_number));
    return {};
}

/// One reading from the first line to the last, with what it found.
class Reading {
public:
    explicit Reading(const fs::path& file) : lines_(file) {}

    Result<json::value> first_line()
    {
        auto line = lines_.next();
        if (!line) return fail(line.error());
        if (!*line) return fail(lines_.damaged("it is empty"));
        auto parsed = json::parse(**line);
        if (auto right = right_format(lines_, parsed); !right) return fail(right.error());
        add(**line);
        return parsed;
    }

    /// To the end; the last line is compared, not believed.
    Result<void> rest(const std::function<Result<void>(const std::string& table, std::string_view line)>& row)
    {
        std::string table;
        while (true) {
            auto line = lines_.next();
            if (!line) return fail(line.error());
            if (!*line) return fail(lines_.damaged("its end is missing, it was cut short"));
            if ((*line)->starts_with(end_begins)) return last(**line);
            add(**line);
            if ((*line)->starts_with(table_begins)) {
                auto name = (*line)->substr(table_begins.size());
                table = name.size() > 3 ? name.substr(1, name.size() - 3) : "";
                rows_[table];
                continue;
            }
            ++rows_[table];
            if (auto taken = row(table, **line); !taken) return taken;
        }
    }

    Contents contents(Head head) const { return {std::move(head), rows_, sha256_.hex(), lines_.bytes()}; }
    Error damaged(const std::string& how) const { return lines_.damaged(how); }

private:
    void add(std::string_view line)
    {
        sha256_.add(line);
        sha256_.add("\n");
    }

    Result<void> last(std::string_view line)
    {
        if (line != end_line(rows_, sha256_.hex()))
            return fail(lines_.damaged("it was changed since it was written (its checksum differs)"));
        auto after = lines_.next();
        if (!after) return fail(after.error());
        if (*after) return fail(lines_.damaged("something stands after its end"));
        return {};
    }

    Lines lines_;
    Sha256 sha256_;
    Counts rows_;
};

}  // namespace

Result<Contents> verify(const fs::path& file)
{
    Reading reading(file);
    auto first = reading.first_line();
    if (!first) return fail(first.error());
    auto whole = reading.rest([](const std::string&, std::string_view) { return Result<void>(); });
    if (!whole) return fail(whole.error());
    auto head = json::to<Head>(*first);
    if (!head) return fail(reading.damaged("its first line is not understood"));
    return reading.contents(std::move(*head));
}

Result<void> each_row(const fs::path& file, const Contents& contents,
                      const std::function<Result<void>(const HeadTable&, std::string_view)>& row)
{
    Reading reading(file);
    if (auto first = reading.first_line(); !first) return fail(first.error());
    auto table = contents.head.tables.begin();
    auto whole = reading.rest([&](const std::string& name, std::string_view line) -> Result<void> {
        if (table == contents.head.tables.end() || table->name != name)
            table = std::ranges::find(contents.head.tables, name, &HeadTable::name);
        if (table == contents.head.tables.end())
            return fail(reading.damaged(fmt::format("it holds rows of `{}`, which its beginning does not name", name)));
        return row(*table, line);
    });
    if (!whole) return whole;
    if (reading.contents({}).sha256 != contents.sha256) return fail(reading.damaged("it changed while it was read"));
    return {};
}

}  // namespace smg::backup
