#!/bin/sh
# The browser tests need a Chromium. Debian's is installed where it is missing and that is possible.
command -v chromium >/dev/null 2>&1 && exit 0
[ -n "$REQSIFT_CHROMIUM" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Chromium for the browser tests ..."
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1
fi
command -v chromium >/dev/null 2>&1 ||
  echo "No Chromium here and no right to install it: the browser tests (tests/browser) are left out." >&2
exit 0
