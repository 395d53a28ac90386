#include <fmt/core.h>
#include <gmock/gmock.h>

#include <thread>

#include "http/person.hpp"
#include "support/mariadb.hpp"
#include "support/temp_dir.hpp"

namespace smg::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class SignIn : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, SignIn, both_databases(), name_of);

TEST_P(SignIn, opens_what_the_role_may_see_and_sign_out_closes_it)
{
    Installation crm(GetParam());
    add_user(crm, "olena@ukr.net", "admin");
    Person olena(crm);
    EXPECT_EQ(olena.get("/api/v1/session").status(), 401);
    auto reply = olena.sign_in("Olena@UKR.net ", a_password);
    ASSERT_EQ(reply.status(), 200) << reply.http.body;
    EXPECT_EQ(reply.text("data.user.role"), "admin");
    EXPECT_THAT(reply.http.header("set-cookie"), HasSubstr("HttpOnly; SameSite=Lax"));
    EXPECT_THAT(reply.http.body, Not(HasSubstr("argon2id")));
    auto old_cookie = olena.cookie;
    EXPECT_EQ(olena.get("/api/v1/session").text("data.user.email"), "olena@ukr.net");
    EXPECT_EQ(olena.get("/api/v1/users").status(), 200);
    EXPECT_EQ(olena.send("DELETE", "/api/v1/session").status(), 204);
    olena.cookie = old_cookie;
    EXPECT_EQ(olena.get("/api/v1/session").status(), 401) << "the cookie alone is worth nothing any more";
}

TEST_P(SignIn, failures_say_the_same_whoever_is_asked_about)
{
    Installation crm(GetParam());
    add_user(crm, "known@ukr.net", "admin");
    auto off = add_user(crm, "off@ukr.net", "user");
    auto admin = signed_in(crm, "known@ukr.net");
    ASSERT_EQ(admin.send("PATCH", fmt::format("/api/v1/users/{}", off), json::object{{"is_active", false}}).status(), 200);
    std::string said;
    for (const auto& [email, password] : std::vector<std::pair<std::string, std::string>>{
             {"known@ukr.net", "wrong password"}, {"unknown@ukr.net", a_password}, {"off@ukr.net", a_password}, {"", ""}}) {
        auto reply = Person(crm).sign_in(email, password);
        EXPECT_EQ(reply.status(), 422) << email;
        EXPECT_EQ(reply.http.header("set-cookie"), "");
        if (said.empty()) said = reply.http.body;
        EXPECT_EQ(reply.http.body, said);
    }
    EXPECT_THAT(said, HasSubstr(R"("errors":{"email":)"));
}

TEST(SignIn, is_slowed_down_after_five_wrong_passwords)
{
    Installation crm(On::sqlite);
    add_user(crm, "olena@ukr.net", "admin");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(Person(crm).sign_in("olena@ukr.net", "wrong password").status(), 422);
    auto late = Person(crm).sign_in("olena@ukr.net", a_password);
    EXPECT_EQ(late.status(), 429);
    EXPECT_GE(json::as_integer(json::value(late.http.header("retry-after"))).value_or(0), 1);
}

TEST(SignIn, a_hundred_at_once_wait_for_each_other)
{
    Installation crm(On::sqlite);
    for (int i = 0; i < 20; ++i) add_user(crm, fmt::format("u{}@ukr.net", i), "user");
    std::atomic<int> in = 0;
    {
        std::vector<std::jthread> people;
        for (int i = 0; i < 100; ++i)
            people.emplace_back(
                [&, i] { in += Person(crm).sign_in(fmt::format("u{}@ukr.net", i % 20), a_password).status() == 200; });
    }
    EXPECT_EQ(in, 100);
}

TEST(SignIn, laravels_hash_is_taken_once_and_replaced)
{
    Installation crm(On::mariadb);
    auto id = add_user(crm, "olena@ukr.net", "admin");
    shared_mariadb().execute(fmt::format(
        "UPDATE `{}`.users SET password = '$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW' WHERE id = {}",
        crm.data().filename().string(), id));
    EXPECT_EQ(Person(crm).sign_in("olena@ukr.net", "wrong").status(), 422);
    // `secret` is shorter than we ask for today: it stays good, and stays as it was hashed, until it is changed.
    EXPECT_EQ(Person(crm).sign_in("olena@ukr.net", "secret").status(), 200);
    EXPECT_EQ(Person(crm).sign_in("olena@ukr.net", "secret").status(), 200);
}

// What another site can make a browser send changes nothing.
TEST(Csrf, a_change_needs_the_token_and_our_own_page)
{
    Installation crm(On::sqlite);
    add_user(crm, "olena@ukr.net", "admin");
    auto olena = signed_in(crm, "olena@ukr.net");
    auto body = json::object{{"name", "Other"}};
    const std::string path = "/api/v1/me";
    EXPECT_EQ(olena.send_with({}, "PATCH", path, body).status(), 403);
    EXPECT_EQ(olena.send_with({{"X-CSRF-Token", "x"}}, "PATCH", path, body).status(), 403);
    EXPECT_EQ(
        olena.send_with({{"X-CSRF-Token", olena.csrf}, {"Origin", "https://evil.example"}}, "PATCH", path, body).status(),
        403);
    EXPECT_EQ(
        olena.send_with({{"X-CSRF-Token", olena.csrf}, {"Sec-Fetch-Site", "cross-site"}}, "PATCH", path, body).status(),
        403);
    EXPECT_EQ(olena.get("/api/v1/session").text("data.user.name"), "olena@ukr.net");
    EXPECT_EQ(olena.send("PATCH", path, body).text("data.user.name"), "Other");
}

TEST(Csrf, nobody_is_signed_in_from_another_site)
{
    Installation crm(On::sqlite);
    add_user(crm, "olena@ukr.net", "admin");
    json::object body{{"email", "olena@ukr.net"}, {"password", a_password}};
    EXPECT_EQ(Person(crm).send_with({{"Origin", "https://evil.example"}}, "POST", "/api/v1/session", body).status(), 403);
    auto form = http_call("POST", crm.url("/api/v1/session"), {{"Content-Type", "application/x-www-form-urlencoded"}},
                          "email=olena@ukr.net&password=correct+horse+battery");
    EXPECT_EQ(form.status, 403);
}

TEST(Sessions, over_plain_http_are_for_this_machine_alone)
{
    Installation crm(On::sqlite, {.environment = {{"SMGCRM_TRUSTED_PROXIES", "127.0.0.1"}}});
    add_user(crm, "olena@ukr.net", "admin");
    json::object body{{"email", "olena@ukr.net"}, {"password", a_password}};
    auto refused = Person(crm).send_with({{"X-Forwarded-For", "203.0.113.7"}}, "POST", "/api/v1/session", body);
    EXPECT_EQ(refused.status(), 403);
    EXPECT_THAT(refused.text("message"), HasSubstr("https"));
}

TEST_P(SignIn, a_person_switched_off_or_given_another_role_feels_it_with_the_next_request)
{
    Installation crm(GetParam());
    add_user(crm, "admin@ukr.net", "admin");
    auto id = add_user(crm, "petro@ukr.net", "admin");
    auto admin = signed_in(crm, "admin@ukr.net");
    auto petro = signed_in(crm, "petro@ukr.net");
    auto path = fmt::format("/api/v1/users/{}", id);
    EXPECT_EQ(petro.get("/api/v1/settings").status(), 200);
    ASSERT_EQ(admin.send("PATCH", path, json::object{{"role", "user"}}).status(), 200);
    EXPECT_EQ(petro.get("/api/v1/settings").status(), 403);
    ASSERT_EQ(admin.send("PATCH", path, json::object{{"is_active", false}}).status(), 200);
    EXPECT_EQ(petro.get("/api/v1/session").status(), 401);
}

TEST_P(SignIn, a_reset_link_sets_a_password_once)
{
    Installation crm(GetParam());
    add_user(crm, "admin@ukr.net", "admin");
    auto admin = signed_in(crm, "admin@ukr.net");
    auto made =
        admin.send("POST", "/api/v1/users", json::object{{"name", "Petro"}, {"email", "petro@ukr.net"}, {"role", "user"}});
    ASSERT_EQ(made.status(), 201) << made.http.body;
    auto url = made.text("data.reset_link.url");
    auto token = url.substr(url.find('#') + 1);
    json::object body{{"token", token}, {"password", "another password"}};
    EXPECT_EQ(
        Person(crm).send("POST", "/api/v1/password-resets", json::object{{"token", token}, {"password", "short"}}).status(),
        422);
    EXPECT_EQ(Person(crm).send("POST", "/api/v1/password-resets", body).status(), 204);
    EXPECT_EQ(Person(crm).send("POST", "/api/v1/password-resets", body).status(), 422) << "a second time";
    EXPECT_EQ(Person(crm).sign_in("petro@ukr.net", "another password").status(), 200);
}

TEST(FirstRun, the_link_that_was_printed_makes_the_first_account_and_no_second)
{
    TempDir data;
    Program program(smgcrm_binary(), {{"serve", "--listen", "127.0.0.1:0", "--data", data.path().string()}, {}});
    ASSERT_GT(program.port(), 0);
    ASSERT_TRUE(program.says("/setup#")) << program.err();
    auto err = program.err();
    auto token = err.substr(err.find("/setup#") + 7, 43);
    auto set_up = [&](const std::string& with) {
        json::object body{{"token", with}, {"name", "Olena"}, {"email", "olena@ukr.net"}, {"password", a_password}};
        return read(
            http_call("POST", program.url("/api/v1/setup"), {{"Content-Type", "application/json"}}, json::text_of(body)));
    };
    EXPECT_EQ(get(program.url("/api/v1/setup"), "").text("data.needed"), "true");
    EXPECT_EQ(set_up("x").status(), 422);
    auto first = set_up(token);
    EXPECT_EQ(first.status(), 200) << first.http.body;
    EXPECT_EQ(first.text("data.user.role"), "admin");
    EXPECT_EQ(set_up(token).status(), 404);
    EXPECT_EQ(get(program.url("/api/v1/setup"), "").text("data.needed"), "false");
}

}  // namespace
}  // namespace smg::test
