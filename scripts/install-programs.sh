#!/bin/sh
# Installs the programs that some tests need from the system's packages, where they are missing and this user may; says so where not.
wanted=""
command -v soffice >/dev/null 2>&1 || wanted="libreoffice-calc libreoffice-writer"
command -v chromium >/dev/null 2>&1 && command -v chromedriver >/dev/null 2>&1 || wanted="$wanted chromium chromium-driver fonts-noto-cjk"
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ]; then run=""; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo"; else run="none"; fi
if [ "$run" != none ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the tests: $wanted"
  DEBIAN_FRONTEND=noninteractive $run apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $wanted >/dev/null && exit 0
fi
echo "Not found, and not to be installed here: $wanted. The tests that need it are skipped." >&2
exit 0
