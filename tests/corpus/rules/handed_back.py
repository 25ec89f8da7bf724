"""Codes and links that go to whoever asked for them."""

from tests.corpus.rules.exchanges import Cases, Table, data, sent_json

API = "https://api.ride.example/v1"
FORGOT = f"{API}/password/forgot"
ANNA = {"email": "anna@mail.example"}
PHONE = {"phone_number": "+49 30 5550134"}
SESSION = {"Authorization": "Bearer 5c1de7f0a94b4be2"}
TOKEN = "4f1cbe07a94b4be2d09e77aa31c0"

TABLE: Table = {
    "recovery-secret-handed-back": Cases(
        noticed=(
            data({"sent": True, "sms_code": "7741"}, f"{API}/sms/send-code", **sent_json(PHONE)),
            data({"message": "ok", "resetToken": TOKEN}, FORGOT, **sent_json(ANNA)),
            data(
                {"data": {"reset_link": f"https://ride.example/reset/{TOKEN}"}},
                FORGOT,
                form="email=anna%40mail.example",
            ),
            data({"ok": 1, "code": "305112"}, f"{API}/verify/resend?phone=491735550134"),
            data({"debug_otp": 88123, "ttl": 60}, f"{API}/otp", status=201, **sent_json(PHONE)),
            data(
                {"magicLink": f"https://ride.example/in?token={TOKEN}"},
                f"{API}/passwordless/start",
                **sent_json(ANNA),
            ),
        ),
        silent=(
            data({"message": "If the address is known, a mail is sent"}, FORGOT, **sent_json(ANNA)),
            data({"challengeId": TOKEN, "expires": 300}, f"{API}/otp", **sent_json(PHONE)),
            data({"code": 200, "otp": "sent"}, f"{API}/otp", **sent_json(PHONE)),
            data({"code": "000000", "msg": "success"}, f"{API}/otp/send", **sent_json(PHONE)),
            data(
                {"reset_token": TOKEN},
                f"{API}/password/reset/verify",
                **sent_json({**ANNA, "code": "305112"}),
            ),
            data(
                {"reset_link": f"https://ride.example/reset/{TOKEN}"},
                "https://ride.example/admin/users/reset-password",
                sent=SESSION,
                **sent_json(ANNA),
            ),
            data({"otp": "305112"}, f"{API}/otp", status=429, **sent_json(PHONE)),
            data({"_links": {"url": f"/otp/{TOKEN}"}}, f"{API}/otp", **sent_json(PHONE)),
        ),
    ),
}
