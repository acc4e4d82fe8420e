/**
 * What the left side of a test looks at. Source: "PRIMARY EXPRESSIONS", "PAYLOAD EXPRESSIONS", "CONNTRACK EXPRESSIONS" of nft(8).
 * Things outside the packet space are read to their end and become `opaque`.
 */
import { t } from '@vscode/l10n';
import type { Family } from '../../core/addresses.ts';
import { PROTOCOL } from '../../core/packets.ts';
import { type Span, span } from '../../core/span.ts';
import { protocolNumber } from '../../families/netfilter/protocols.ts';
import type { Cursor } from './cursor.ts';
import { parsePrimary } from './expressions.ts';
import type { Selector, Subject } from './syntax.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const META = words('length nfproto l4proto protocol priority random secmark mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace rtclassid '
  + 'ibriport obriport ibrname obrname pkttype cpu iifgroup oifgroup cgroup ipsec iifkind oifkind sdif sdifname time hour day secpath '
  + 'ibrpvid ibrvproto ibrhwaddr broute');
/** The keys that stand without the word `meta`. */
const BARE_META = words('mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace rtclassid ibriport obriport ibrname obrname pkttype cpu iifgroup '
  + 'oifgroup cgroup ipsec time hour day random iifkind oifkind sdif sdifname secpath');

const HEADERS: Readonly<Record<string, ReadonlySet<string>>> = {
  ip: words('version hdrlength dscp ecn length id frag-off ttl protocol checksum saddr daddr tos'),
  ip6: words('version dscp ecn flowlabel length nexthdr hoplimit saddr daddr priority'),
  tcp: words('sport dport sequence ackseq doff reserved flags window checksum urgptr'),
  udp: words('sport dport length checksum'),
  udplite: words('sport dport csumcov checksum'),
  sctp: words('sport dport vtag checksum'),
  dccp: words('sport dport type'),
  th: words('sport dport'),
  icmp: words('type code checksum id sequence gateway mtu'),
  icmpv6: words('type code checksum parameter-problem packet-too-big id sequence max-delay taddr daddr mtu'),
  igmp: words('type checksum mrt group'),
  ah: words('nexthdr hdrlength reserved spi sequence'),
  esp: words('spi sequence'),
  comp: words('nexthdr flags cpi'),
  ether: words('saddr daddr type'),
  vlan: words('id cfi dei pcp type'),
  arp: words('htype ptype hlen plen operation saddr daddr'),
  hbh: words('nexthdr hdrlength'),
  dst: words('nexthdr hdrlength'),
  mh: words('nexthdr hdrlength type reserved checksum'),
  frag: words('nexthdr reserved frag-off reserved2 more-fragments id'),
  srh: words('last-entry flags tag sid seg-left'),
  rt0: words('addr'),
  rt2: words('addr'),
  rt4: words('last-entry flags tag sid'),
  gre: words('flags version protocol hdrversion'),
  vxlan: words('vni flags'),
  geneve: words('vni type flags'),
};

const FAMILY_OF: Readonly<Record<string, Family>> = { ip: 4, icmp: 4, igmp: 4, ip6: 6, icmpv6: 6, hbh: 6, dst: 6, mh: 6, frag: 6, srh: 6, rt0: 6, rt2: 6, rt4: 6 };

const CT_KEYS = words('state direction status mark expiration helper label l3proto protocol zone bytes packets avgpkt saddr daddr proto-src proto-dst id event secmark');

/** The selector that starts here; undefined, with nothing taken, if the words start none. */
export function parseSelector(c: Cursor): Selector | undefined {
  const from = c.at;
  const first = c.peek();
  if (!first) return undefined;
  if (first.kind === 'reference' && c.isSign(',', 1)) return raw(c);
  if (first.kind !== 'word') return undefined;
  const head = span(first.start, first.end);
  const done = (subject: Subject): Selector => ({ subject, head, span: c.since(from) });
  const word = first.text;
  if (word === 'meta') {
    const key = c.word(1);
    if (!META.has(key)) return undefined;
    c.at += 2;
    return done(once(`meta ${key}`, () => metaSubject(key)));
  }
  if (word === 'ct') {
    const subject = conntrack(c);
    return subject && done(subject);
  }
  if (BARE_META.has(word) && !(word === 'ipsec' && (c.word(1) === 'in' || c.word(1) === 'out'))) {
    c.at++;
    return done(once(`meta ${word}`, () => metaSubject(word)));
  }
  const other = special(c, word);
  if (other) return done(other);
  const keys = Object.hasOwn(HEADERS, word) ? HEADERS[word] : undefined;
  if (!keys) return undefined;
  const key = c.word(1);
  if ((word === 'tcp' || word === 'ip' || word === 'sctp' || word === 'dccp') && (key === 'option' || key === 'chunk')) {
    c.at += 2;
    if (c.takeSign('@')) {
      c.at += 5;
      return done(opaque(t('a raw part of an option is not in sight'), word));
    }
    c.expectName();
    if (!isOperatorWord(c.word()) && /^(kind|subtype|length|size|count|left|right|sack\d*|tsval|tsecr|ptr|addr|type|value|flags|cum-tsn-ack|init-tag|stream|tsn|ppid|lifetime|a-rwnd|num-[a-z-]+|initial-tsn|new-cum-tsn|lowest-tsn|seqno|adaptation-indication)$/.test(c.word())) c.at++;
    return done(opaque(unseen(`${word} ${key}`), word));
  }
  if ((word === 'vxlan' || word === 'geneve' || word === 'gre') && Object.hasOwn(HEADERS, key)) {
    c.at += 2;
    c.expectName();
    return done(opaque(t('the packet inside {0} is not in sight', word)));
  }
  if (!keys.has(key)) return undefined;
  c.at += 2;
  if (c.isSign('[')) c.at += 3;
  return done(once(`${word} ${key}`, () => headerSubject(word, key)));
}

const subjects = new Map<string, Subject>();

/** Subjects of the same words are one object: files have few of them, many times. Not those that say something, in the language of the moment. */
function once(words: string, make: () => Subject): Subject {
  const known = subjects.get(words);
  if (known) return known;
  const subject = make();
  if (subject.kind !== 'opaque') subjects.set(words, subject);
  return subject;
}

function isOperatorWord(word: string): boolean {
  return word === 'set' || word === 'exists' || word === 'missing';
}

/** Of a thing outside the packet space, named as the text names it. */
const unseen = (words: string): string => t('`{0}` is not in sight', words);

function opaque(why: string, header = ''): Subject {
  const family = FAMILY_OF[header];
  const protocol = ['tcp', 'udp', 'udplite', 'sctp', 'dccp', 'icmp', 'icmpv6', 'igmp', 'ah', 'esp', 'comp', 'gre'].includes(header) ? protocolNumber(header) : undefined;
  return { kind: 'opaque', why, ...(family ? { family } : {}), ...(protocol === undefined ? {} : { protocol }) };
}

function metaSubject(key: string): Subject {
  switch (key) {
    case 'iif':
    case 'iifname':
      return { kind: 'interface', side: 'in' };
    case 'oif':
    case 'oifname':
      return { kind: 'interface', side: 'out' };
    case 'l4proto':
      return { kind: 'protocol' };
    case 'nfproto':
      return { kind: 'nfproto' };
    case 'protocol':
      return { kind: 'ethertype' };
    case 'pkttype':
      return { kind: 'pkttype' };
    default:
      return opaque(unseen(`meta ${key}`));
  }
}

function headerSubject(header: string, key: string): Subject {
  if (key === 'sport' || key === 'dport') return { kind: 'port', end: key, ...(header === 'th' ? {} : { protocol: PROTOCOL[header as 'tcp'] }) };
  if (header === 'ip' || header === 'ip6') {
    const family = FAMILY_OF[header] as Family;
    if (key === 'saddr' || key === 'daddr') return { kind: 'address', end: key === 'saddr' ? 'src' : 'dst', family };
    if (key === 'protocol' || key === 'nexthdr') return { kind: 'protocol', family };
    if (key === 'version') return { kind: family === 4 ? 'version4' : 'version6' };
    if (key === 'frag-off') return { kind: 'fragment' };
  }
  if (header === 'tcp' && key === 'flags') return { kind: 'flags' };
  if ((header === 'icmp' || header === 'icmpv6') && (key === 'type' || key === 'code')) return { kind: 'icmp', what: key, version: header === 'icmp' ? 4 : 6 };
  return opaque(unseen(`${header} ${key}`), header);
}

/** `ct [original|reply] [ip|ip6] KEY`; undefined for `ct count` and the statements that begin with `ct`. */
function conntrack(c: Cursor): Subject | undefined {
  let ahead = 1;
  const direction = c.word(ahead);
  const directed = direction === 'original' || direction === 'reply';
  if (directed) ahead++;
  const family = c.word(ahead);
  if (family === 'ip' || family === 'ip6') ahead++;
  const key = c.word(ahead);
  if (!CT_KEYS.has(key)) return undefined;
  c.at += ahead + 1;
  const field = directed ? tupleField(key, family) : undefined;
  if (field) return once(`ct ${direction} ${family} ${key}`, () => ({ kind: 'tuple', original: direction === 'original', field }));
  if (ahead === 1 && (key === 'state' || key === 'direction' || key === 'status')) return once(`ct ${key}`, () => ({ kind: key }));
  return opaque(unseen(`ct ${key}`), family);
}

/** Undefined for an address whose family the words do not say. */
function tupleField(key: string, family: string): (Subject & { readonly kind: 'tuple' })['field'] | undefined {
  if (key === 'protocol') return { kind: 'protocol' };
  if (key === 'proto-src' || key === 'proto-dst') return { kind: 'port', end: key === 'proto-src' ? 'sport' : 'dport' };
  const of = FAMILY_OF[family];
  return of && (key === 'saddr' || key === 'daddr') ? { kind: 'address', end: key === 'saddr' ? 'src' : 'dst', family: of } : undefined;
}

/** `@base,offset,length`: the ports are two of them ("RAW PAYLOAD EXPRESSION"). */
function raw(c: Cursor): Selector {
  const from = c.at;
  const base = c.next().text;
  c.expectSign(',');
  const offset = c.next().text;
  c.expectSign(',');
  const length = c.next().text;
  const where: Span = c.since(from);
  if (base === 'th' && length === '16' && (offset === '0' || offset === '16')) return { subject: { kind: 'port', end: offset === '0' ? 'sport' : 'dport' }, span: where };
  return { subject: opaque(t('a raw part of the packet is not in sight')), span: where };
}

/** Expressions of a shape of their own. */
function special(c: Cursor, word: string): Subject | undefined {
  switch (word) {
    case 'fib':
      return fib(c);
    case 'numgen':
      c.at += 2;
      modulo(c);
      return opaque(unseen('numgen'));
    case 'symhash':
      c.at++;
      modulo(c);
      return opaque(unseen('symhash'));
    case 'jhash':
      c.at++;
      do if (!parseSelector(c)) parsePrimary(c);
      while (c.takeSign('.'));
      modulo(c);
      if (c.takeWord('seed')) c.next();
      if (c.takeWord('offset')) c.next();
      return opaque(unseen('jhash'));
    case 'socket':
      c.at += 2;
      if (c.takeWord('level')) c.next();
      return opaque(unseen('socket'));
    case 'osf':
      c.at++;
      if (c.takeWord('ttl')) c.next();
      c.next();
      return opaque(unseen('osf'));
    case 'exthdr':
      c.at += 2;
      return opaque(unseen('exthdr'), 'hbh');
    case 'rt':
      c.at++;
      c.takeWord('ip', 'ip6');
      c.next();
      return opaque(unseen('rt'));
    case 'ipsec':
      if (c.word(1) !== 'in' && c.word(1) !== 'out') return undefined;
      c.at += 2;
      if (c.takeWord('spnum')) c.next();
      if (!c.takeWord('reqid', 'spi')) c.at += 2;
      return opaque(unseen('ipsec'));
    default:
      return undefined;
  }
}

function modulo(c: Cursor): void {
  if (!c.takeWord('mod')) throw c.problem(t('`mod` was expected here'));
  c.next();
  if (c.takeWord('seed')) c.next();
  if (c.takeWord('offset')) c.next();
}

/** `fib FLAG [. FLAG ...] RESULT`; of these only the type of one address is told by the packet itself ("FIB EXPRESSIONS"). */
function fib(c: Cursor): Subject {
  c.at++;
  const flags: string[] = [];
  do flags.push(c.expectName().text);
  while (c.takeSign('.'));
  const result = c.takeWord('oif', 'oifname', 'type');
  if (!result) throw c.problem(t('`oif`, `oifname` or `type` was expected here'));
  if (result === 'type' && flags.length === 1 && (flags[0] === 'saddr' || flags[0] === 'daddr')) return { kind: 'address-type', end: flags[0] === 'saddr' ? 'src' : 'dst' };
  return opaque(unseen('fib'));
}
