#!/usr/bin/env bash
# setup.sh [DIR] [--latest]
#
# Installs the real OpenClaw 2026.2.6-3 (on Node 22) into DIR, from npm only, nothing global.
# With --latest it also installs OpenClaw 2026.9.6 (on Node 24).
# DIR defaults to a fresh `mktemp -d` folder. Takes 1-2 minutes; 1.5 GB, or 2.3 GB with --latest.
#
# Result:
#   DIR/env.sh    source it: Node 22, `oc` = the 2026.2.6-3 CLI, isolated HOME and state dir
#   DIR/env9.sh   the same for 2026.9.6 (only with --latest)
set -euo pipefail

NODE22=22.23.3
NODE24=24.21.0
OC_FEB=2026.2.6-3
OC_NEW=2026.9.6
WS=8.23.0

DIR=''
LATEST=0
for arg in "$@"; do
  case "$arg" in
    --latest) LATEST=1 ;;
    -h|--help) sed -n '2,11p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    -*) echo "unknown option: $arg" >&2; exit 2 ;;
    *) DIR=$arg ;;
  esac
done
[ -n "$DIR" ] || DIR=$(mktemp -d)
mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)

# npm keeps its cache inside DIR (deleted at the end); the caller's npm configuration (registry, proxy) is still used.
export npm_config_cache="$DIR/npm-cache" npm_config_update_notifier=false
NPM=(npm install --no-audit --no-fund --loglevel=error)

install_node() { # install_node <folder> <version>
  mkdir -p "$DIR/$1"
  echo "{\"name\":\"$1\",\"version\":\"1.0.0\",\"private\":true,\"dependencies\":{\"node\":\"$2\"}}" > "$DIR/$1/package.json"
  (cd "$DIR/$1" && "${NPM[@]}")
  "$DIR/$1/node_modules/node/bin/node" --version
}

# One dependency of an unused chat channel asks for a git dependency. An inert stub replaces it,
# so that the installation needs npm only. Nothing on the gateway, node or CLI path calls it.
write_stub() { # write_stub <folder>
  mkdir -p "$1/src"
  echo '{"name":"libsignal","version":"2.0.1","main":"index.js"}' > "$1/package.json"
  # one assignment per name: Node detects CommonJS named exports statically
  cat > "$1/index.js" <<'X'
const no = () => { throw new Error('stub'); };
class N { constructor() { no(); } }
exports.ProtocolAddress = N;
exports.SessionBuilder = N;
exports.SessionCipher = N;
exports.SessionRecord = N;
exports.curve = {};
exports.crypto = {};
exports.keyhelper = {};
X
  cat > "$1/src/curve.js" <<'X'
const no = () => { throw new Error('stub'); };
exports.generateKeyPair = no;
exports.calculateAgreement = no;
exports.calculateSignature = no;
exports.verifySignature = no;
exports.createKeyPair = no;
exports.getPublicFromPrivateKey = no;
X
  cat > "$1/src/crypto.js" <<'X'
const no = () => { throw new Error('stub'); };
exports.deriveSecrets = no;
exports.decrypt = no;
exports.encrypt = no;
exports.calculateMAC = no;
exports.hash = no;
X
  echo 'exports.PreKeyWhisperMessage = {}; exports.WhisperMessage = {};' > "$1/src/protobufs.js"
}

write_env() { # write_env <file> <node folder> <live folder> <home folder> <bin folder>
  mkdir -p "$DIR/$4/.openclaw" "$DIR/$5"
  cat > "$DIR/$5/oc" <<X
#!/bin/sh
# Real OpenClaw CLI. OC_PRELOAD=<file.cjs> preloads a script into Node first.
exec '$DIR/$2/node_modules/node/bin/node' \${OC_PRELOAD:+--require "\$OC_PRELOAD"} '$DIR/$3/node_modules/openclaw/openclaw.mjs' "\$@"
X
  chmod +x "$DIR/$5/oc"
  echo '{"gateway":{"mode":"local"},"update":{"checkOnStart":false}}' > "$DIR/$4/.openclaw/openclaw.json"
  cat > "$DIR/$1" <<X
# Source this file. Isolated environment for the real OpenClaw; nothing outside $DIR is touched.
export PATH='$DIR/$5:$DIR/$2/node_modules/node/bin':"\$PATH"
export HOME='$DIR/$4' OPENCLAW_STATE_DIR='$DIR/$4/.openclaw'
export OPENCLAW_DISABLE_BONJOUR=1 OPENCLAW_SKIP_CHANNELS=1 OPENCLAW_SKIP_CRON=1 OPENCLAW_SKIP_GMAIL_WATCHER=1 OPENCLAW_SKIP_BROWSER_CONTROL_SERVER=1 OPENCLAW_NO_RESPAWN=1 NO_COLOR=1
X
}

mkdir -p "$DIR/live"
install_node node22 "$NODE22"
write_stub "$DIR/libsignal-stub"
cat > "$DIR/live/package.json" <<X
{"name":"live","version":"1.0.0","private":true,
 "dependencies":{"openclaw":"$OC_FEB","ws":"$WS"},
 "overrides":{"libsignal":"file:../libsignal-stub","linkedom":"0.18.12"}}
X
(export PATH="$DIR/node22/node_modules/node/bin:$PATH"; cd "$DIR/live" && "${NPM[@]}" --ignore-scripts)
write_env env.sh node22 live home bin
(. "$DIR/env.sh"; oc --version)

if [ "$LATEST" = 1 ]; then
  mkdir -p "$DIR/live9"
  install_node node24 "$NODE24"
  cat > "$DIR/live9/package.json" <<X
{"name":"live9","version":"1.0.0","private":true,
 "dependencies":{"openclaw":"$OC_NEW"},
 "overrides":{"libsignal":"file:../libsignal-stub"}}
X
  (export PATH="$DIR/node24/node_modules/node/bin:$PATH"; cd "$DIR/live9" && "${NPM[@]}" --ignore-scripts)
  write_env env9.sh node24 live9 home9 bin9
  (. "$DIR/env9.sh"; oc --version)
fi

rm -rf "$DIR/npm-cache"
