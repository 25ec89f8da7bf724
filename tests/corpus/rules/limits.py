"""Guessing without an end."""

from tests.corpus.rules.exchanges import Cases, Table, data, sent_json

API = "https://api.gym.example/v2"
PIN = sent_json({"door": 4, "pin": "0417"})
CARDS = [f"GYM{number:05}" for number in range(40)]
BATCH = sent_json({"coupons": CARDS})

TABLE: Table = {
    "tries-without-lock": Cases(
        noticed=(
            data({"ok": False, "failed_attempts": 312, "locked": False}, API, status=401, **PIN),
            data(
                {"error": {"message": "wrong", "attemptCount": 90, "max_attempts": 0}},
                f"{API}/auth/token",
                status=403,
                form="user=anna&password=x",
            ),
            data(
                {"result": "invalid", "tries": 1048, "attemptLimit": None},
                f"{API}/coupon/check",
                form="code=A1",
            ),
            data(
                {"data": {"loginFailures": 77, "accountLocked": False}},
                f"{API}/login",
                status=401,
                form="login=anna&password=x",
            ),
        ),
        silent=(
            data({"failed_attempts": 3, "locked": False}, API, status=401, **PIN),
            data({"failed_attempts": 60, "locked": True}, API, status=423, **PIN),
            data({"attempts_left": 97, "locked": False}, API, status=401, **PIN),
            data({"attempts": 60, "locked": False, "state": "retrying"}, f"{API}/jobs/7"),
            data({"attempts": 88, "max_attempts": 100}, f"{API}/login", status=401, **PIN),
            data({"attempts": True, "locked": False}, API, status=401, **PIN),
        ),
    ),
    "many-guesses-at-once": Cases(
        noticed=(
            data({"checked": 40, "invalid": 39}, f"{API}/coupons/redeem", **BATCH),
            data(
                {"results": [{"code": c, "valid": c.endswith("17")} for c in CARDS]},
                f"{API}/coupons/validate",
                **BATCH,
            ),
            data(
                {"failed": [{"pin": n} for n in range(29)], "matched": "0029"},
                f"{API}/door/verify",
                **sent_json({"pins": [f"{n:04}" for n in range(30)]}),
            ),
            data(
                {"wrong": 24, "right": 1},
                f"{API}/gift-cards/check",
                method="PUT",
                **sent_json({"gift_cards": [f"9{n:07}" for n in range(25)]}),
            ),
        ),
        silent=(
            data({"checked": 40, "invalid": 1}, f"{API}/coupons/redeem", **BATCH),
            data({"invalid": 3}, f"{API}/coupons/redeem", **sent_json({"coupons": CARDS[:4]})),
            data({"failed": 39}, f"{API}/airports", **sent_json({"codes": ["BER"] * 40})),
            data({"invalid": 40}, f"{API}/coupons/redeem", status=429, **BATCH),
            data({"imported": 40}, f"{API}/vouchers/validate", **BATCH),
            data({"invalid": 30}, f"{API}/mails/validate", **sent_json({"mails": CARDS})),
        ),
    ),
}
