#include "exports/table_file.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace smg::exports {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Table table(Language language)
{
    return {"Замовлення",
            language,
            {{"Текст", Cells::text, 20},
             {"Кількість", Cells::number, 8},
             {"Сума", Cells::amount, 8},
             {"Дата", Cells::time, 14}}};
}

std::string file_of(Format format, const std::vector<Row>& rows, Language language = Language::en)
{
    auto file = begin_file(format, table(language));
    for (const auto& row : rows) file->add(row);
    return file->close().value();
}

// The text that a tool of its own finds in the file.
std::string read_by(const std::string& tool, const std::string& bytes)
{
    auto path = std::filesystem::temp_directory_path() / ("smg-export-" + std::to_string(::getpid()));
    std::ofstream(path, std::ios::binary) << bytes;
    std::string out;
    auto pipe = ::popen((tool.substr(0, tool.find('@')) + path.string() + tool.substr(tool.find('@') + 1)).c_str(), "r");
    char buffer[4096];
    while (auto got = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
    EXPECT_EQ(::pclose(pipe), 0) << tool;
    std::filesystem::remove(path);
    return out;
}
std::string sheet_of(const std::string& bytes) { return read_by("unzip -p @ xl/worksheets/sheet1.xml", bytes); }
std::string text_of_pdf(const std::string& bytes) { return read_by("pdftotext -layout @ -", bytes); }

TEST(Csv, quotes_what_needs_it_and_keeps_numbers_as_they_are)
{
    EXPECT_EQ(file_of(Format::csv, {{"a \"b\", c\nd", "-5", "1234.50", "2026-11-26 10:00:00"}}),
              "\ufeffТекст,Кількість,Сума,Дата\r\n\"a \"\"b\"\", c\nd\",-5,1234.50,2026-11-26 10:00:00\r\n");
    EXPECT_THAT(file_of(Format::csv, {{"a", "1", "2", ""}}, Language::uk), HasSubstr("\r\na;1;2;\r\n"));
    EXPECT_EQ(file_of(Format::csv, {}), "\ufeffТекст,Кількість,Сума,Дата\r\n");
}

constexpr const char* formulas[] = {"=1+1",
                                    "+380",
                                    "-1",
                                    "@SUM(A1)",
                                    " =1",
                                    "\t=1",
                                    "\r=1",
                                    "\n=1",
                                    "\v=1",
                                    "\u00a0=1",
                                    "\u200b=1",
                                    "\ufeff=1",
                                    "\u3000=1",
                                    "＝1",
                                    "＋1",
                                    "－1",
                                    "＠1",
                                    "   \t @x",
                                    "=HYPERLINK(\"http://x\")",
                                    "=cmd|' /C calc'!A0",
                                    "\tabc",
                                    "\rabc",
                                    "\nabc"};

TEST(Csv, no_cell_begins_like_a_formula)
{
    for (std::string cell : formulas) {
        auto text = file_of(Format::csv, {{cell, "", "", ""}});
        auto row = text.substr(text.find("\r\n") + 2);
        EXPECT_TRUE(row.starts_with("'") || row.starts_with("\"'")) << row;
    }
    EXPECT_THAT(file_of(Format::csv, {{"a=b", "", "", ""}}), HasSubstr("\r\na=b,"));
    // A number's column does not believe what is no number.
    EXPECT_THAT(file_of(Format::csv, {{"", "-1+2", "=5", ""}}), HasSubstr("\r\n,'-1+2,'=5,"));
}

TEST(Xlsx, holds_texts_as_texts_and_numbers_as_numbers)
{
    std::vector<Row> rows{{"Ґанок & <b>", "-7", "1234.50", "2026-11-26 10:30:00"}};
    for (std::string cell : formulas) rows.push_back({cell, cell, cell, cell});
    auto sheet = sheet_of(file_of(Format::xlsx, rows));
    EXPECT_THAT(sheet, AllOf(HasSubstr("Ґанок &amp; &lt;b&gt;"), HasSubstr("<v>-7</v>"), HasSubstr("<v>1234.5</v>")));
    EXPECT_THAT(sheet, HasSubstr("<v>46352.4375</v>")) << "the day and time as a spreadsheet counts them";
    EXPECT_THAT(sheet, AllOf(HasSubstr("=cmd|"), Not(HasSubstr("<f>")), Not(HasSubstr("hyperlink"))));
}

TEST(Xlsx, is_a_whole_file_whatever_the_cells_hold)
{
    std::vector<Row> rows{{std::string("nul\0in", 6), "x", "", "no date"}, {std::string(100'000, 'a'), "", "", ""}};
    for (int i = 0; i < 2000; ++i) rows.push_back({"рядок", std::to_string(i), "0.1", ""});
    auto bytes = file_of(Format::xlsx, rows, Language::uk);
    auto sheet = sheet_of(bytes);
    EXPECT_THAT(sheet, AllOf(HasSubstr("nulin"), HasSubstr("no date"), HasSubstr("<v>1999</v>")));
    EXPECT_THAT(read_by("unzip -p @ xl/workbook.xml", bytes), HasSubstr("Замовлення"));
}

TEST(Xlsx, that_nobody_closes_leaves_nothing_behind)
{
    begin_file(Format::xlsx, table(Language::uk))->add({"a", "1", "1", ""});
}

TEST(Pdf, has_every_row_and_its_head_on_every_page)
{
    std::vector<Row> rows{{"Ґрунт, Їжак, Єва, Ірпінь № ₴ <b>&amp;</b>", "12", "1234.50", "2026-11-26 10:30:00"}};
    for (int i = 0; i < 120; ++i) rows.push_back({"рядок " + std::to_string(i), std::to_string(i), "0.10", ""});
    auto bytes = file_of(Format::pdf, rows, Language::uk);
    EXPECT_THAT(bytes, StartsWith("%PDF-"));
    auto text = text_of_pdf(bytes);
    EXPECT_THAT(text, AllOf(HasSubstr("Замовлення"), HasSubstr("Ґрунт, Їжак, Єва,"), HasSubstr("₴ <b>&amp;</b>"),
                            HasSubstr("1234.50"), HasSubstr("рядок 0 "), HasSubstr("рядок 119 ")));
    std::size_t pages = 0, heads = 0;
    for (auto at = text.find('\f'); at != std::string::npos; at = text.find('\f', at + 1)) ++pages;
    for (auto at = text.find("Кількість"); at != std::string::npos; at = text.find("Кількість", at + 1)) ++heads;
    EXPECT_GT(pages, 1u);
    EXPECT_EQ(heads, pages);
    EXPECT_THAT(bytes, AllOf(Not(HasSubstr("/URI")), Not(HasSubstr("/JavaScript"))));
}

TEST(Pdf, cuts_what_fits_no_cell)
{
    auto text = text_of_pdf(file_of(Format::pdf, {{std::string(5000, 'w'), "1", "1", ""}, {"after", "1", "1", ""}}));
    EXPECT_THAT(text, HasSubstr("after"));
    EXPECT_LT(text.size(), 2000u);
}

TEST(Number, is_plain)
{
    for (auto good : {"0", "-1", "12.50", "007"}) EXPECT_TRUE(is_number(good)) << good;
    for (auto bad :
         {"", "-", ".", "1.", ".5", "1e5", "+1", "1,5", "0x1", "--1", "1 ", "99999999999999999999999999999999999"})
        EXPECT_FALSE(is_number(bad)) << bad;
}

}  // namespace
}  // namespace smg::exports
