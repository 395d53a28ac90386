// What a list shows, as a file.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include "http/person.hpp"
#include "support/eventually.hpp"

namespace smg::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Exports : public testing::TestWithParam<On> {
protected:
    Exports()
    {
        for (int i = 1; i <= 3; ++i)
            crm.order(order_of(std::to_string(i), {{"client_email", fmt::format("x{}@mailinator.com", i)}}));
        post(crm.url("/api/v1/createOrder"), crm.add_site("https://foreign.example"),
             order_of("77", {{"client_email", "y@mailinator.com"}}));
        add_user(crm, "admin@ukr.net", "admin");
        admin = std::make_unique<Person>(signed_in(crm, "admin@ukr.net"));
        auto id = add_user(crm, "user@ukr.net", "user");
        admin->send("PATCH", fmt::format("/api/v1/users/{}", id), json::object{{"site_ids", json::array{1}}});
        user = std::make_unique<Person>(signed_in(crm, "user@ukr.net"));
    }

    // Asked for, made, and its bytes.
    HttpAnswer file(Person& person, const json::object& wanted)
    {
        auto begun = person.send("POST", "/api/v1/exports", wanted);
        EXPECT_EQ(begun.status(), 202) << begun.http.body;
        last = fmt::format("/api/v1/exports/{}", begun.number("data.id"));
        EXPECT_TRUE(eventually([&] { return person.get(last).text("data.state") == "done"; })) << person.get(last).http.body;
        return person.get(last + "/file").http;
    }

    Installation crm{GetParam()};
    std::unique_ptr<Person> admin, user;
    std::string last;
};
INSTANTIATE_TEST_SUITE_P(Databases, Exports, both_databases(), name_of);

TEST_P(Exports, hold_what_the_filter_finds_and_nothing_that_the_asker_may_not_see)
{
    auto all = file(*admin, {{"format", "csv"}});
    EXPECT_EQ(all.header("content-type"), "text/csv; charset=utf-8");
    EXPECT_THAT(all.header("content-disposition"), AllOf(HasSubstr("attachment; filename=\"orders-"), HasSubstr(".csv\"")));
    EXPECT_THAT(all.body, AllOf(HasSubstr("№ CRM;№ замовлення;Сайт;Дата (Київ)"), HasSubstr("x1@mailinator.com"),
                                HasSubstr("y@mailinator.com"), HasSubstr("Собівартість")));
    auto own = file(*user, {{"format", "csv"}, {"language", "en"}});
    EXPECT_THAT(own.body, AllOf(HasSubstr("CRM no.,Order no.,"), HasSubstr("x1@mailinator.com"),
                                Not(HasSubstr("y@mailinator.com")), Not(HasSubstr("Cost")), Not(HasSubstr("Supplier"))));
    auto one = file(*admin, {{"format", "csv"},
                             {"filter", json::object{{"q", "x2@mailinator.com"}}},
                             {"columns", json::array{"client", "status"}},
                             {"language", "en"}});
    EXPECT_THAT(one.body, AllOf(HasSubstr("Date (Kyiv),Status,E-mail,Telegram\r\n"), HasSubstr("x2@mailinator.com"),
                                Not(HasSubstr("x1@mailinator.com"))));
    EXPECT_EQ(admin->get(last).text("data.rows"), "1");
    EXPECT_THAT(file(*admin, {{"format", "xlsx"}}).body, testing::StartsWith("PK"));
    EXPECT_THAT(file(*admin, {{"format", "pdf"}}).body, testing::StartsWith("%PDF-"));
}

TEST_P(Exports, belong_to_who_asked_for_them)
{
    file(*admin, {{"format", "csv"}});
    for (const auto& path : {last, last + "/file"}) EXPECT_EQ(user->get(path).status(), 404) << path;
    EXPECT_EQ(user->send("DELETE", last).status(), 404);
    EXPECT_EQ(read(http_call("GET", crm.url(last), bearer(crm.manager()), "")).status(), 404);
    EXPECT_TRUE(user->get("/api/v1/exports").list("data").empty());
    EXPECT_EQ(admin->get("/api/v1/exports").list("data").size(), 1u);
    EXPECT_EQ(admin->send("DELETE", last).status(), 204);
    EXPECT_EQ(admin->get(last + "/file").status(), 404);
    EXPECT_TRUE(admin->get("/api/v1/exports").list("data").empty());
}

TEST_P(Exports, that_are_too_large_or_ask_for_what_is_not_there_are_refused_by_name)
{
    auto refused = [&](const json::object& wanted) { return admin->send("POST", "/api/v1/exports", wanted); };
    EXPECT_EQ(refused({{"format", "doc"}}).status(), 422);
    EXPECT_THAT(refused({{"format", "csv"}, {"list", "secrets"}}).http.body, HasSubstr("\"list\""));
    EXPECT_THAT(refused({{"format", "csv"}, {"filter", json::object{{"phase", "odd"}}}}).http.body, HasSubstr("\"phase\""));
    EXPECT_EQ(refused({{"format", "csv"}, {"filter", json::array{}}}).status(), 422);
    crm.set({{"exports.max_pdf_rows", "3"}});
    EXPECT_TRUE(eventually([&] { return refused({{"format", "pdf"}}).status() == 422; }));
    EXPECT_THAT(refused({{"format", "pdf"}}).http.body, HasSubstr("more than 3 rows"));
    EXPECT_EQ(refused({{"format", "csv"}}).status(), 202);
}

TEST_P(Exports, outlive_the_program_that_began_them)
{
    auto begun = admin->send("POST", "/api/v1/exports", json::object{{"format", "csv"}});
    crm.kill();
    crm.start();
    auto path = fmt::format("/api/v1/exports/{}", begun.number("data.id"));
    EXPECT_TRUE(eventually([&] { return admin->get(path).text("data.state") == "done"; })) << admin->get(path).http.body;
    EXPECT_THAT(admin->get(path + "/file").http.body, HasSubstr("x3@mailinator.com"));
}

}  // namespace
}  // namespace smg::test
