"""How weak hosts fail: in the words of several languages and databases, with everything told."""

from html import escape

from examples.shop.store import DB_URL
from examples.shop.web import data, page, problem, text

PYTHON = """Traceback (most recent call last):
  File "/srv/shop/app/views/checkout.py", line 87, in checkout
    total = cart.total(voucher=request.args["voucher"])
  File "/srv/shop/app/models/cart.py", line 41, in total
    return sum(line.price for line in self.lines) - VOUCHERS[voucher]
KeyError: 'SPRING'
"""
JAVA = """java.lang.NullPointerException: Cannot invoke "Customer.getAddress()" because "c" is null
\tat example.shop.orders.ShippingService.label(ShippingService.java:112)
\tat example.shop.orders.OrderController.ship(OrderController.java:58)
\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:897)
\tat org.apache.catalina.core.StandardWrapperValve.invoke(StandardWrapperValve.java:197)
"""
NODE = """TypeError: Cannot read properties of undefined (reading 'rate')
    at convert (/home/deploy/shop-api/src/currency.js:31:22)
    at Layer.handle (/home/deploy/shop-api/node_modules/express/router/layer.js:95:5)
    at next (/home/deploy/shop-api/node_modules/express/router/route.js:149:13)
"""
PHP = (
    "<br />\n<b>Warning</b>:  include(header_de.php): failed to open stream: No such file or "
    "directory in <b>/var/www/html/legacy/inc/layout.php</b> on line <b>14</b><br />\n"
)
DOTNET = """<h1>Server Error in '/shop' Application.</h1>
<h2><i>Object reference not set to an instance of an object.</i></h2>
<b>Exception Details: </b>System.NullReferenceException<br>
<b>Source File: </b>c:\\inetpub\\wwwroot\\shop\\Cart.aspx.cs &nbsp; <b>Line: </b>44<br>
<pre>[NullReferenceException: Object reference not set to an instance of an object.]
   Shop.Cart.Page_Load(Object sender, EventArgs e) in c:\\inetpub\\wwwroot\\shop\\Cart.aspx.cs:44
   System.Web.UI.Control.LoadRecursive() +116</pre>
<b>Version Information:</b> Microsoft .NET Framework Version:4.0.30319
"""

PYTHON_PAGE = page("Error", f"<pre>{escape(PYTHON)}</pre>", status=500)
JAVA_JSON = data({"status": 500, "error": "Internal Server Error", "trace": JAVA}, status=500)
NODE_TEXT = text(NODE, status=500)
PHP_PAGE = page("Old shop", f"{PHP}<h1>Willkommen</h1>")
DOTNET_PAGE = page("Object reference not set", DOTNET, status=500)

# Database errors that no parameter of the request has caused.
ORACLE_JSON = data({"error": "ORA-00942: table or view does not exist"}, status=500)
POSTGRES_JSON = data(
    {"error": 'psycopg2.errors.UndefinedColumn: column "vip" does not exist\nLINE 1: SELECT vip'},
    status=500,
)
SQLSTATE_PAGE = page(
    "Error",
    "<p>SQLSTATE[42S02]: Base table or view not found: 1146 Table 'shop.stats' doesn't exist</p>",
    status=500,
)

DEBUG_PAGE = page(
    "KeyError at /debug",
    f"<h1>KeyError at /debug</h1><p>Django Version: 3.2.4</p><pre>{escape(PYTHON)}</pre>"
    f"<table><tr><td>DATABASE_URL</td><td>{DB_URL}</td></tr></table>"
    "<p>You're seeing this error because you have <code>DEBUG = True</code> in your Django "
    "settings file.</p>",
    status=500,
)

QUIET = problem(
    500, "Something went wrong", ("X-Request-Id", "7b0f2a9e-3c55-4a55-8a6e-0d9c5e7f1a21")
)
"""The proper twin of them all."""
