#include "users/sign_in.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "db/testing.hpp"

namespace smg::users {
namespace {

using namespace std::chrono_literals;

const Secret right("correct horse battery");

class SigningIn : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        auto hash = hash_password(right).value();
        db().write_now([&](db::Tx& tx) -> Result<void> {
            if (auto known = add_user(tx, clock.now(), {"known@ukr.net", "Known", "admin", hash}); !known)
                return fail(known.error());
            auto off = add_user(tx, clock.now(), {"off@ukr.net", "Off", "user", hash});
            if (!off) return fail(off.error());
            tx.execute("UPDATE users SET is_active = 0 WHERE id = ?", *off);
            return {};
        });
    }

    Result<SignedIn> attempt(const std::string& email, const Secret& password)
    {
        SignInDesk desk{db(), clock, master, passwords, throttle};
        std::optional<Result<SignedIn>> result;
        auto done = [&](std::exception_ptr error, Result<SignedIn> value) {
            if (error) std::rethrow_exception(error);
            result.emplace(std::move(value));
        };
        boost::asio::co_spawn(io.get_executor(), sign_in(desk, email, password, {"203.0.113.7", "test"}), done);
        auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!result && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(20ms);
        }
        return std::move(result.value());
    }

    boost::asio::io_context io;
    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    MasterKey master = MasterKey::random();
    PasswordDesk passwords;
    SignInThrottle throttle{clock};
};
INSTANTIATE_TEST_SUITE_P(databases, SigningIn, db::both_databases(), db::dialect_name);

TEST_P(SigningIn, verifies_exactly_one_password_whoever_is_asked_about)
{
    struct Case {
        const char* email;
        Secret password;
        bool lets_in;
    };
    std::int64_t before = 0;
    for (const auto& [email, password, lets_in] : {Case{"known@ukr.net", right, true},
                                                   {"known@ukr.net", Secret("wrong password"), false},
                                                   {"unknown@ukr.net", right, false},
                                                   {"off@ukr.net", right, false},
                                                   {"off@ukr.net", Secret("wrong password"), false},
                                                   {"", Secret(""), false}}) {
        EXPECT_EQ(attempt(email, password).has_value(), lets_in) << email;
        EXPECT_EQ(passwords.verified() - before, 1) << email;
        before = passwords.verified();
    }
}

TEST_P(SigningIn, verifies_none_while_one_must_wait)
{
    int tries = 0;
    while (attempt("known@ukr.net", Secret("wrong password")).error().code != Code::limited) ASSERT_LT(++tries, 100);
    auto before = passwords.verified();
    EXPECT_FALSE(attempt("known@ukr.net", right));
    EXPECT_EQ(passwords.verified(), before);
}

}  // namespace
}  // namespace smg::users
