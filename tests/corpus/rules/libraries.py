"""Script libraries with and without known flaws."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    Table,
    exchange,
    page,
)

ASSET = "https://shop.example/assets/vendor.js"
BUNDLE = "!function(e){e.exports=1}(window);\n" * 40
LODASH = """/**
 * @license
 * Lodash <https://lodash.com/>
 */
;(function() {
  var undefined;

  /** Used as the semantic version number. */
  var VERSION = '%s';
"""


def loads(source: str) -> Exchange:
    return page(f'<h1>Shop</h1><script src="{source}"></script>')


def script(text: str, url: str = ASSET) -> Exchange:
    return exchange(url, text, SCRIPT)


TABLE: Table = {
    "outdated-script-library": Cases(
        noticed=(
            loads("/js/jquery-3.4.1.min.js"),
            loads("js/jquery-1.11.3.slim.min.js?v=7"),
            loads("https://ajax.googleapis.com/ajax/libs/angularjs/1.8.2/angular.min.js"),
            loads("https://cdnjs.cloudflare.com/ajax/libs/moment.js/2.24.0/moment-with-locales.js"),
            loads("https://cdn.jsdelivr.net/npm/bootstrap@4.1.3/dist/js/bootstrap.bundle.min.js"),
            loads("//maxcdn.bootstrapcdn.com/bootstrap/3.3.7/js/bootstrap.min.js"),
            loads("https://shop.example/wp-includes/js/dist/vendor/lodash.min.js?ver=4.17.19"),
            loads("/lib/jquery-ui-1.12.1.min.js"),
            loads("/lib/jquery-1.7.js"),
            script("/*! jQuery v2.2.4 | (c) jQuery Foundation | jquery.org/license */\n" + BUNDLE),
            script(
                BUNDLE + "/*!\n * jQuery JavaScript Library v1.12.4\n * http://jquery.com/\n */"
            ),
            script("/*\n AngularJS v1.7.9\n (c) 2010-2018 Google, Inc.\n*/" + BUNDLE),
            script("/*!\n  * Bootstrap v4.0.0 (https://getbootstrap.com)\n  */" + BUNDLE),
            script(LODASH % "4.17.20"),
            script("//! moment.js\n//! version : 2.29.1\n//! authors : Tim Wood" + BUNDLE),
            script("/**!\n\n @license\n handlebars v4.7.6\n\nCopyright (C) 2011-2019" + BUNDLE),
            script("/*! @license DOMPurify 3.0.5 | (c) Cure53 and other contributors */" + BUNDLE),
            script(BUNDLE, "https://shop.example/js/handlebars-4.5.3.js"),
        ),
        silent=(
            loads("/js/jquery-3.7.1.min.js"),
            loads("https://cdn.jsdelivr.net/npm/jquery@3.5/dist/jquery.min.js"),
            loads("/js/jquery.min.js?ver=1.12.4"),
            loads("/wp-includes/js/jquery/jquery.js?ver=1.12.4-wp"),
            loads("/wp-includes/js/jquery/jquery-migrate.min.js?ver=3.4.1"),
            loads("/js/jquery.validate-1.19.1.min.js"),
            loads("/js/bootstrap-table-1.18.0.min.js"),
            loads("https://unpkg.com/angular-ui-router@1.0.30/release/angular-ui-router.min.js"),
            loads("https://cdn.jsdelivr.net/npm/bootstrap@3.4.1/dist/js/bootstrap.min.js"),
            loads("https://cdn.jsdelivr.net/npm/bootstrap@5.0.2/dist/js/bootstrap.min.js"),
            loads("/js/jquery-3.5.0-rc.1.min.js"),
            page("<p>We moved from jquery-1.11.3.min.js to 3.7.1.</p>"),
            page('<!-- <script src="/js/jquery-1.11.3.min.js"></script> -->'),
            exchange("https://shop.example/js/jquery-1.9.1.min.js", "gone", status=404),
            script("/*! jQuery v3.7.1 | (c) OpenJS Foundation */" + BUNDLE),
            script("/*! jQuery Validation Plugin - v1.19.1 - 6/15/2019\n * jQuery v1.7+ */"),
            script("/* Requires jQuery v1.7.2 or later */" + BUNDLE),
            script("/*! jQuery v3.3.1 */", "https://code.jquery.com/jquery-3.3.1.min.js"),
            script(LODASH % "4.17.21"),
            script("/*! @license DOMPurify 2.5.7 | (c) Cure53 */" + BUNDLE),
        ),
    ),
}
