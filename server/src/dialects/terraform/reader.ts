/** Reads versions of the documents of a Terraform module, each together with the files beside it. */
import { t } from '@vscode/l10n';
import type { Policy } from '../../model/policy.ts';
import type { Block, Reading, SpeakingDocument } from '../../model/reading.ts';
import type { HclExpression, HclFile } from '../../text/hcl/tree.ts';
import type { ReadContext, Reader } from '../dialect.ts';
import { assembleAcls } from './acls.ts';
import { type Configuration, type ModuleFile, configurationOf, placeOf } from './configuration.ts';
import { type Folder, type NamedText, folderOf, nameOf } from './folder.ts';
import { assembleGroups } from './groups.ts';
import { Module } from './module.ts';
import { FileCache } from './files.ts';
import type { Lost } from './ruleSource.ts';

const configurations = new WeakMap<Reading, Configuration>();

/** What a reading was made of, for writers. */
export function configurationBehind(reading: Reading): Configuration | undefined {
  return configurations.get(reading);
}

/** What the files of a module come to together. */
interface Assembly {
  /** The texts that it was made of, variable files last. */
  readonly texts: readonly NamedText[];
  readonly files: readonly ModuleFile[];
  readonly configuration: Configuration;
  readonly policies: readonly Policy[];
  readonly lost: readonly Lost[];
  /** By document: the others whose policies have rules in it. */
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>;
  readonly speaking: readonly SpeakingDocument[];
}

/** Serves all documents of a module: they share what the module comes to while no text changes. */
export class TerraformReader implements Reader {
  readonly #files = new FileCache();
  #latest: Assembly | undefined;

  read(text: string, context: ReadContext): Reading {
    const { uri } = context;
    const folder = folderOf(context);
    const { files, configuration, policies: all, lost: lostAnywhere, owners, speaking } = this.#assembled({ uri, name: nameOf(uri), text }, folder);
    const file = files.find((f) => f.uri === uri)?.file ?? EMPTY;
    const policies = all.filter((p) => p.uri === uri);
    const lost = lostAnywhere.filter((l) => l.uri === uri);
    const reading: Reading = {
      fragments: policies.map((policy) => ({ key: policy.key, scope: 'folder', policy })),
      includes: [...folder.siblings, ...folder.variables].map((f) => f.uri),
      owners: [...(owners.get(uri) ?? [])],
      speaking,
      problems: file.problems,
      unmodelled: [...lost.map(({ at, length, why }) => ({ span: { start: at, end: at + length }, why })), ...moduleCalls(configuration, uri)],
      comments: file.comments,
      blocks: blocksOf(configuration, policies, uri),
    };
    configurations.set(reading, configuration);
    return reading;
  }

  #assembled(own: NamedText, folder: Folder): Assembly {
    // In the order of their names, whichever of them is asked about.
    const sources = [own, ...folder.siblings].sort((a, b) => (a.name < b.name ? -1 : 1));
    const texts = [...sources, ...folder.variables];
    const known = this.#latest;
    if (known && !folder.hidden && sameTexts(known.texts, texts)) return known;
    this.#files.turn();
    const files = sources.map(({ uri, name, text }) => ({ uri, name, file: this.#files.file(uri, name, text) }));
    const configuration = configurationOf(files);
    const module = new Module(configuration, this.#given(folder));
    const everywhere = lostEverywhere(configuration, folder, own.uri, texts, files);
    const assembled = [assembleGroups(module, everywhere), assembleAcls(module, everywhere)];
    const policies = assembled.flatMap((a) => a.policies);
    const assembly: Assembly = { texts, files, configuration, policies, lost: assembled.flatMap((a) => a.lost), owners: ownersOf(policies), speaking: speakingOf(sources, files, configuration, policies) };
    this.#latest = folder.hidden ? undefined : assembly;
    return assembly;
  }

  #given(folder: Folder): ReadonlyMap<string, HclExpression> {
    const given = new Map<string, HclExpression>();
    for (const { uri, name, text } of folder.variables) {
      for (const { item } of this.#files.file(uri, name, text).items) if (item.kind === 'attribute') given.set(item.name.text, item.value);
    }
    return given;
  }
}

function ownersOf(policies: readonly Policy[]): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>();
  for (const { uri, main } of policies) {
    for (const place of new Set([...main.entries, ...(main.unmodelled ?? [])].map((e) => e.uri))) {
      if (place === undefined || place === uri) continue;
      const known = owners.get(place);
      if (known) known.add(uri);
      else owners.set(place, new Set([uri]));
    }
  }
  return owners;
}

function speakingOf(sources: readonly NamedText[], files: readonly ModuleFile[], configuration: Configuration, all: readonly Policy[]): SpeakingDocument[] {
  return sources.flatMap(({ uri, text }, i) => {
    const { comments } = files[i]?.file ?? EMPTY;
    if (!comments.some((c) => c.text.includes('veeam-ports:'))) return [];
    const policies = all.filter((p) => p.uri === uri);
    return [{ uri, text, policies, comments, blocks: blocksOf(configuration, policies, uri) }];
  });
}

const EMPTY: Pick<HclFile, 'problems' | 'comments'> = { problems: [], comments: [] };

function sameTexts(a: readonly NamedText[], b: readonly NamedText[]): boolean {
  return a.length === b.length && a.every(({ uri, text }, i) => uri === b[i]?.uri && text === b[i].text);
}

const RULES = /security_group|network_acl/;
/** Each of these may hold any rule, so one is as good as many, and every group gets them all. */
const ENOUGH = 8;

/** Text that may hold rules of any policy: what could not be read between blocks, and files that are not in sight. */
function lostEverywhere(configuration: Configuration, folder: Folder, uri: string, named: readonly NamedText[], files: readonly ModuleFile[]): Lost[] {
  const texts = new Map(named.map((s) => [s.uri, s.text]));
  const unread = configuration.unread.flatMap(({ node, uri: at, base }): Lost[] => {
    const start = base + node.span.start;
    const end = base + node.span.end;
    return RULES.test(texts.get(at)?.slice(start, end) ?? '') ? [{ uri: at, at: start, length: end - start, why: t('this text could not be read') }] : [];
  });
  const [own] = files.find((f) => f.uri === uri)?.file.items ?? [];
  const hidden = folder.hidden ? [{ uri, at: own?.base ?? 0, length: 0, why: t('the other files of the module are not in sight, and may add rules') }] : [];
  return [...unread.slice(0, ENOUGH), ...hidden];
}

/** Calls of modules that may make groups or rules of their own. */
function moduleCalls(configuration: Configuration, uri: string): Reading['unmodelled'] {
  return configuration.modules.filter((m) => m.uri === uri).map((m) => ({ span: placeOf(m, m.block.labels[0]?.span ?? m.block.type.span), why: t('the rules of module.{0} are not in sight', m.name) }));
}

const RULE_TYPES = new Set(['aws_security_group_rule', 'aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule', 'aws_network_acl_rule']);

function blocksOf(configuration: Configuration, policies: readonly Policy[], uri: string): Block[] {
  const out: Block[] = [];
  const written = policiesBy(policies, (p) => [p.span.start]);
  const named = policiesBy(policies, (p) => (p.references ?? []).map((address) => address.replace(/\[[^\]]*\]$/, '')));
  for (const resource of configuration.resources.values()) {
    if (resource.uri !== uri) continue;
    const span = placeOf(resource, resource.block.span);
    const own = new Set([...(written.get(span.start) ?? []), ...(named.get(resource.address) ?? [])]);
    if (own.size > 0) out.push({ span, kind: 'policy', policies: [...own] });
    else if (RULE_TYPES.has(resource.type)) out.push({ span, kind: 'rule', policies: [] });
  }
  return out.sort((a, b) => a.span.start - b.span.start);
}

/** Keys of policies, under each of the things that they are asked for by. */
function policiesBy<T>(policies: readonly Policy[], keysOf: (policy: Policy) => readonly T[]): ReadonlyMap<T, readonly string[]> {
  const out = new Map<T, string[]>();
  for (const policy of policies) {
    for (const key of keysOf(policy)) {
      const known = out.get(key);
      if (known) known.push(policy.key);
      else out.set(key, [policy.key]);
    }
  }
  return out;
}
