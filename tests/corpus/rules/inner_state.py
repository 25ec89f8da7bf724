"""Programs that show their inside."""

from tests.corpus.rules.exchanges import TEXT, Cases, Table, data, exchange, page

AT = "https://ops.ferry.example"
MAPPED = {"handler": "example.ferry.FareController#list()", "predicate": "{GET [/fares]}"}
BEAN = {"fareService": {"scope": "singleton", "type": "example.ferry.FareService"}}
ROUTINES = "goroutine profile: total 12\n3 @ 0x43e1b6\n#\t0x1\tmain.serve+0x1\t/src/main.go:8\n"
SAP = "<RFCSI><RFCHOST>ferryapp1</RFCHOST><RFCSYSID>FE1</RFCSYSID></RFCSI>"

TABLE: Table = {
    "inner-state-shown": Cases(
        noticed=(
            data({"contexts": {"fares": {"mappings": [MAPPED]}}}, f"{AT}/manage/mappings"),
            data({"contexts": {"fares": {"beans": BEAN}}}, f"{AT}/actuator/beans"),
            exchange(f"{AT}/debug/pprof/goroutine?debug=1", ROUTINES, TEXT),
            exchange(f"{AT}/sap/public/info", SAP, "text/xml"),
            page("<dl><dt>Server Version: Apache/2.4.58</dt></dl>", f"{AT}/server-status"),
        ),
        silent=(
            data({"status": "UP"}, f"{AT}/actuator/health"),
            data({"error": "denied"}, f"{AT}/actuator/mappings", status=403),
            data(
                {"contexts": {"a": {"mappings": [MAPPED]}}},
                f"{AT}/actuator/mappings",
                sent={"Authorization": "Basic cHJvbTpwcm9t"},
            ),
            page("<p>How to read a goroutine profile: total 12</p>", f"{AT}/blog/pprof"),
            page("<h1>Log in</h1>", f"{AT}/server-status"),
            exchange(f"{AT}/sap/public/ping", "Server reached.", TEXT),
        ),
    ),
}
