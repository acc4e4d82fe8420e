import { describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { Catalog } from '../../server/src/catalog/catalog.ts';
import { filterRequirements, flowsJson } from '../../server/src/catalog/flowsJson.ts';
import { loadCatalogTexts } from '../../server/src/catalog/yaml.ts';
import type { FeatureState } from '../../server/src/model/flow.ts';
import { conditionsNeed, flowNeed, portText } from '../../server/src/model/flow.ts';

const builtin = builtinCatalog();

/** A page of one workload `w` with these rows, components a and b, features f and g. */
function catalogOf(rows: string): Catalog {
  const { data, problems } = loadCatalogTexts([{ name: 'own.yaml', text: `
components: [{ id: a, name: A, kind: veeam }, { id: b, name: B, kind: veeam }]
workloads: [{ id: w, name: W }]
features: [{ id: f, name: F, on: With F., off: Without F. }, { id: g, name: G, on: With G. }]
pages:
  - url: https://example.org/w.html
    title: W
    workload: w
    revisions: [{ date: 2026-01-01, build: "1" }]
    sections:
      - heading: S
        rows:
${rows.replace(/^/gm, '          ')}
` }]);
  expect(problems).toEqual([]);
  return new Catalog(data);
}

const states = (table: Record<string, FeatureState>) => (feature: string): FeatureState => table[feature] ?? 'unstated';

describe('whether a site needs a flow', () => {
  const flow = catalogOf(`
- { from: a, to: b, protocol: TCP, port: 1, when: [f, g], purpose: x }
- { from: a, to: b, protocol: TCP, port: 1, when: [not f], purpose: y }`).at().flows[0];

  it.each([
    [{}, 'unstated'],
    [{ f: 'on', g: 'on' }, 'required'],
    [{ f: 'on', g: 'off' }, 'not-required'],
    [{ f: 'on' }, 'unstated'],
    [{ f: 'off' }, 'required'],
    [{ f: 'off', g: 'off' }, 'required'],
    [{ g: 'off' }, 'unstated'],
  ] as const)('%j: %s', (features, need) => {
    expect(flow).toBeDefined();
    expect(flow && flowNeed(flow, states(features))).toBe(need);
  });

  it('is no question if one source has no condition', () => {
    const flows = catalogOf(`
- { from: a, to: b, protocol: TCP, port: 1, when: [f], purpose: x }
- { from: a, to: b, protocol: TCP, port: 1, purpose: y }`).at().flows;
    expect(flows).toHaveLength(1);
    expect(flows[0]?.conditions).toEqual([]);
    expect(flows[0] && flowNeed(flows[0], states({ f: 'off' }))).toBe('required');
  });

  it('concerns single port items too', () => {
    const items = builtin.at().flowById.get('nutanix-ahv/ahv-cluster/vpower-nfs-server/tcp+udp-1058plus-or-1063plus')?.items ?? [];
    expect(items.map((item) => [portText(item), conditionsNeed(item.conditions, states({ 'nfs-on-backup-server': 'on' }))])).toEqual([
      ['1058+', 'required'], ['1063+', 'not-required'],
    ]);
  });
});

describe('alternatives', () => {
  it.each([
    ['{ from: { anyOf: [a, b] }, to: b', { 'w/a/b/tcp-1': 'w/a|b/b/tcp-1', 'w/b/b/tcp-1': 'w/a|b/b/tcp-1' }],
    ['{ from: a, to: { anyOf: [a, b] }', { 'w/a/a/tcp-1': 'w/a/a|b/tcp-1', 'w/a/b/tcp-1': 'w/a/a|b/tcp-1' }],
    ['{ from: a, to: [a, b]', { 'w/a/a/tcp-1': undefined, 'w/a/b/tcp-1': undefined }],
  ])('%s share a group', (ends, groups) => {
    const { flows } = catalogOf(`- ${ends}, protocol: TCP, port: 1, purpose: x }`).at();
    expect(Object.fromEntries(flows.map((flow) => [flow.id, flow.alternativeGroup]))).toEqual(groups);
  });
});

describe('a flow of several rows', () => {
  it('is opened by Veeam, or one of alternatives, only if every row says so', () => {
    const flow = catalogOf(`
- { from: a, to: b, protocol: TCP, port: 1, openedBy: session, purpose: x }
- { from: a, to: b, protocol: TCP, port: 1, purpose: y }
- { from: a, to: { anyOf: [a, b] }, protocol: TCP, port: 1, purpose: z }`).at().flowById.get('w/a/b/tcp-1');
    expect(flow?.sources).toHaveLength(3);
    expect(flow?.openedBy).toBeUndefined();
    expect(flow?.alternativeGroup).toBeUndefined();
  });

  it('puts TCP before UDP in its id, and items in the order of the page', () => {
    expect(catalogOf('- { from: a, to: b, protocol: "UDP, TCP", port: "445, 135", purpose: x }').at().flows[0]?.id).toBe('w/a/b/tcp+udp-445,135');
  });
});

describe('the JSON of flows', () => {
  const json = flowsJson(builtin.at('2026-02-12').requirements);

  it('has one entry per elementary requirement, every key in place', () => {
    expect(json.requirements).toHaveLength(102);
    expect(json.requirements.find((each) => each.openedBy === 'session')).toEqual({
      flow: 'oracle/oracle-windows/mount-server/tcp-3260-3270',
      workload: 'oracle',
      page: 'https://helpcenter.veeam.com/docs/vbr/userguide/veo_used_ports.html',
      revision: '2025-12-23',
      build: '13.0.1.1071',
      section: 'Data Recovery from Image-Level Backups',
      row: 8,
      from: { id: 'oracle-windows', name: 'Target Windows machine with Oracle' },
      to: { id: 'mount-server', name: 'Mount server associated with the backup repository' },
      transport: 'tcp',
      application: null,
      port: { first: 3260, last: 3270, openEnded: false },
      sourcePorts: '1024-65535',
      mode: 'only',
      conditions: [],
      openedBy: 'session',
      self: false,
      purpose: 'The target or staging machine reads the published backup over iSCSI while items are restored.',
      source: 'veo_used_ports, Data Recovery from Image-Level Backups, row 8 (2025-12-23, build 13.0.1.1071)',
    });
  });

  it('shows open-ended ports by their start and NFS clients with reserved ports', () => {
    const nfs = json.requirements.filter((each) => each.section === 'vPower NFS Service');
    expect(nfs).toHaveLength(8);
    expect(new Set(nfs.map((each) => each.sourcePorts))).toEqual(new Set(['1-65535']));
    expect(nfs.at(-1)?.port).toEqual({ first: 2049, last: 2049, openEnded: true });
  });

  it('can be narrowed to a workload or a component', () => {
    const { requirements } = builtin.at('2026-02-12');
    expect(filterRequirements(requirements, { workload: 'ovirt-kvm' })).toHaveLength(13);
    expect(filterRequirements(requirements, { component: 'flr-helper-appliance' })).toHaveLength(1);
    expect(filterRequirements(requirements, { workload: 'oracle', component: 'ahv-worker' })).toEqual([]);
  });
});

describe('the purposes', () => {
  it('are one plain line each, everywhere', () => {
    for (const page of builtin.data.pages) {
      for (const { purpose } of page.sections.flatMap((section) => section.rows)) {
        expect(purpose).toMatch(/^[A-Z][^\n]{10,150}\.$/);
      }
    }
  });
});
