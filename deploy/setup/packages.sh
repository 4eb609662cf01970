#!/bin/sh
# Install Debian packages, but only those that are missing:
# packages.sh tesseract pango chromium fonts hledger wrk venv
set -eu

has() { command -v "$1" >/dev/null 2>&1; }

missing=""
for need in "$@"; do
    case $need in
    tesseract)
        has tesseract || missing="$missing tesseract-ocr"
        { has tesseract && tesseract --list-langs 2>/dev/null | grep -qx deu; } \
            || missing="$missing tesseract-ocr-deu"
        ;;
    pango)
        # What letters are set with.
        ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 \
            || missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ldconfig -p 2>/dev/null | grep -q libharfbuzz-subset || missing="$missing libharfbuzz-subset0"
        [ -d /usr/share/fonts/truetype/dejavu ] || missing="$missing fonts-dejavu-core"
        ;;
    chromium)
        has chromium || has chromium-browser || has google-chrome || missing="$missing chromium"
        ;;
    fonts)
        # Those of generated documents; without them they are printed in DejaVu.
        for font in liberation lato open-sans crosextra-carlito ebgaramond roboto-unhinted \
            sil-gentium-basic dejavu-extra; do
            dpkg -s "fonts-$font" >/dev/null 2>&1 || missing="$missing fonts-$font"
        done
        ;;
    hledger | wrk)
        has "$need" || missing="$missing $need"
        ;;
    venv)
        missing="$missing python3-venv"
        ;;
    esac
done
[ -n "$missing" ] || exit 0

give_up() {
    echo "Missing:$missing" >&2
    echo "$1 Install what these Debian packages hold, then try again" >&2
    echo "(or set BELEGFLUSS_SKIP_PACKAGES=1 to go on without them)." >&2
    exit 1
}

[ -z "${BELEGFLUSS_SKIP_PACKAGES:-}" ] || exit 0
has apt-get || give_up "There is no apt here."
root=""
if [ "$(id -u)" != 0 ]; then
    { has sudo && sudo -n true 2>/dev/null; } || give_up "Only root may use apt, and sudo wants a password."
    root="sudo -n"
fi

echo "Installing$missing ..." >&2
export DEBIAN_FRONTEND=noninteractive
# The lists may be old or absent; a failing mirror of something else must not stop us here.
$root apt-get update -qq >&2 || true
# shellcheck disable=SC2086 - the words of both lists are meant to be split
$root apt-get install -y -qq --no-install-recommends $missing >/dev/null \
    || give_up "apt could not install them."
