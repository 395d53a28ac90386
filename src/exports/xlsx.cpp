#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "exports/table_file.hpp"

namespace smg::exports {
namespace {

constexpr std::size_t longest_cell = 32'000;  // Excel's own limit is 32,767 characters
constexpr std::size_t longest_sheet_name = 31;

/// A file without a place on any disk: the library writes to nothing but a path.
class MemoryFile {
public:
    MemoryFile() : descriptor_(::memfd_create("export", MFD_CLOEXEC))
    {
        if (descriptor_ < 0) throw std::runtime_error("no file can be made in memory");
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(descriptor_); }

    std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }
    std::string bytes() const
    {
        std::string out(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
        for (std::size_t at = 0; at < out.size();) {
            auto got = ::pread(descriptor_, out.data() + at, out.size() - at, static_cast<off_t>(at));
            if (got <= 0) throw std::runtime_error("the file in memory cannot be read");
            at += static_cast<std::size_t>(got);
        }
        return out;
    }

private:
    int descriptor_;
};

// libxlsxwriter, every row written out at once (constant_memory): a hundred thousand of them take five megabytes.
class XlsxFile : public TableFile {
public:
    explicit XlsxFile(const Table& table) : columns_(table.columns)
    {
        lxw_workbook_options options{};
        options.constant_memory = LXW_TRUE;
        book_ = workbook_new_opt(memory_.path().c_str(), &options);
        if (!book_) throw std::runtime_error("no workbook can be made");
        auto name = table.title.substr(0, longest_sheet_name);
        sheet_ = workbook_add_worksheet(book_, name.size() == table.title.size() ? name.c_str() : nullptr);
        begin();
    }
    XlsxFile(const XlsxFile&) = delete;
    XlsxFile& operator=(const XlsxFile&) = delete;
    ~XlsxFile() override
    {
        if (book_) workbook_close(book_);  // frees it
    }

    void add(const Row& row) override
    {
        for (std::size_t i = 0; i < columns_.size() && i < row.size(); ++i)
            if (!row[i].empty()) put(static_cast<lxw_col_t>(i), row[i], columns_[i].cells);
        ++row_;
    }

    Result<std::string> close() override
    {
        auto error = workbook_close(std::exchange(book_, nullptr));
        if (error != LXW_NO_ERROR) return fail(Code::failed, lxw_strerror(error));
        return memory_.bytes();
    }

private:
    void begin()
    {
        auto head = workbook_add_format(book_);
        format_set_bold(head);
        time_ = workbook_add_format(book_);
        format_set_num_format(time_, "yyyy-mm-dd hh:mm:ss");
        amount_ = workbook_add_format(book_);
        format_set_num_format(amount_, "#,##0.00##");
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            auto at = static_cast<lxw_col_t>(i);
            worksheet_set_column(sheet_, at, at, columns_[i].width + 2, nullptr);
        }
        worksheet_freeze_panes(sheet_, 1, 0);
        for (std::size_t i = 0; i < columns_.size(); ++i)
            worksheet_write_string(sheet_, 0, static_cast<lxw_col_t>(i), columns_[i].title.c_str(), head);
        row_ = 1;
    }

    void put(lxw_col_t at, const std::string& cell, Cells cells)
    {
        if ((cells == Cells::number || cells == Cells::amount) && is_number(cell))
            worksheet_write_number(sheet_, row_, at, std::strtod(cell.c_str(), nullptr),
                                   cells == Cells::amount ? amount_ : nullptr);
        else if (lxw_datetime time{};
                 cells == Cells::time && std::sscanf(cell.c_str(), "%d-%d-%d %d:%d:%lf", &time.year, &time.month, &time.day,
                                                     &time.hour, &time.min, &time.sec) == 6)
            worksheet_write_datetime(sheet_, row_, at, &time, time_);
        else worksheet_write_string(sheet_, row_, at, cut(printable(cell), longest_cell).c_str(), nullptr);
    }

    const std::vector<Column> columns_;
    MemoryFile memory_;
    lxw_workbook* book_ = nullptr;
    lxw_worksheet* sheet_ = nullptr;
    lxw_format *time_ = nullptr, *amount_ = nullptr;
    lxw_row_t row_ = 0;
};

}  // namespace

std::unique_ptr<TableFile> begin_xlsx(const Table& table) { return std::make_unique<XlsxFile>(table); }

}  // namespace smg::exports
