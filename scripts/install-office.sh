#!/bin/sh
# Installs LibreOffice Calc from the system's packages where it is missing and this user may; says so where not.
if command -v soffice >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ]; then run=""; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo"; else run="none"; fi
if [ "$run" != none ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing LibreOffice Calc (for the tests that let it recalculate our workbooks)"
  DEBIAN_FRONTEND=noninteractive $run apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends libreoffice-calc >/dev/null && exit 0
fi
echo "LibreOffice was not found and could not be installed here; the tests that need it will be skipped." >&2
exit 0
