"""Second factors that nobody needs."""

from tests.corpus.rules.exchanges import Cases, Table, data, sent_json

API = "https://id.clinic.example/api"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2ln"
ISSUED = {"Set-Cookie": "sessionid=5c1de7f0a94b4be2; Path=/; HttpOnly"}

TABLE: Table = {
    "second-factor-skipped": Cases(
        noticed=(
            data({"otp_skipped": True, "access_token": JWT}, f"{API}/login", form="user=anna"),
            data(
                {"step": "2fa", "skipped": True},
                f"{API}/login/2fa",
                got=ISSUED,
                **sent_json({"skip": True}),
            ),
            data(
                {"twoFactor": {"required": True, "bypassed": True}, "token": JWT},
                f"{API}/session",
                **sent_json({"bypass": "1"}),
            ),
            data({"mfa_status": "skipped", "session_id": "4f1cbe07a94b"}, f"{API}/session"),
        ),
        silent=(
            data({"mfa_required": True, "mfa_verified": False, "mfa_token": JWT}, f"{API}/login"),
            data(
                {"mfa": {"required": False, "skipped": True}, "token": JWT},
                f"{API}/login",
            ),
            data(
                {"mfa": {"skipped": True, "reason": "trusted_device"}, "token": JWT},
                f"{API}/login",
            ),
            data({"mfa": {"skipped": True}}, f"{API}/mfa/verify", status=403),
            data({"mfa": {"skipped": False, "verified": True}, "token": JWT}, f"{API}/mfa"),
            data({"tour": {"skipped": True}, "otp": "off", "token": JWT}, f"{API}/me"),
            data({"mfa_enrolment": "later", "mfa_skipped": True, "token": JWT}, f"{API}/login"),
        ),
    ),
}
