"""Error pages that frameworks make for developers."""

from tests.corpus.rules.exchanges import TEXT, Cases, Table, exchange, page

CORE = "<h1>An unhandled exception occurred while processing the request.</h1>"
YELLOW = "<H1>Server Error in '/shop' Application.<hr></H1><h2><i>Value cannot be null.</i></h2>"
LABEL = "<h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error</p>"

TABLE: Table = {
    "developer-error-page": Cases(
        noticed=(
            page(f'{CORE}<div class="titleerror">NullReferenceException</div>', status=500),
            page('<pre class="rawExceptionStackTrace">System.Exception</pre>', status=500),
            page(f"{YELLOW}<b>Source Error:</b><pre>Line 12: x</pre>", status=500),
            page(f"{YELLOW}<pre>[ArgumentNullException: Value]\n at A.B()</pre>", status=500),
            page(f"{LABEL}<div>java.lang.Error\n\tat com.shop.A.b(A.java:3)</div>", status=500),
        ),
        silent=(
            page(f"{CORE}<p>Our team was told.</p>", status=500),
            page(f"{YELLOW}<p>Set customErrors to Off to see more.</p>", status=500),
            page(LABEL, status=404),
            page(f'How to read it: {CORE}<div class="titleerror">Exception: x</div>'),
            exchange(text=f"{YELLOW}Stack Trace: at A.B()", kind=TEXT, status=500),
        ),
    ),
}
