/** How a word of the text becomes a number of a dimension. Names: "DATA TYPES" of nft(8). */
import { t } from '@vscode/l10n';
import { type Address, type Family, parseIPv4, parseIPv6 } from '../../core/addresses.ts';
import { servicePort } from '../../core/services.ts';
import { CT_STATE_BITS } from '../../families/netfilter/conntrack.ts';
import { NFT_ICMP_CODES, NFT_ICMP_TYPES, NFT_ICMPV6_CODES, NFT_ICMPV6_TYPES } from '../../families/netfilter/icmp.ts';
import { protocolNumber } from '../../families/netfilter/protocols.ts';
import { TCP_FLAG } from '../../families/netfilter/tcpFlags.ts';
import type { Subject } from './syntax.ts';

/** Numbers from `zero` to below `end`. */
export interface Scale {
  readonly key: string;
  readonly zero: Address;
  readonly end: Address;
  readonly bits: number;
  parse(text: string): Address | undefined;
  /** Why a word could not be read. */
  doubt(text: string): string;
}

/** nft reads integers like C: `0x` is hexadecimal, a leading 0 octal. */
export function parseInteger(text: string): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number(text);
  if (/^0[0-7]{1,10}$/.test(text)) return Number.parseInt(text, 8);
  return /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : undefined;
}

function scale(key: string, bits: number, names: (text: string) => number | undefined, doubt: (text: string) => string): Scale {
  const end = 2 ** bits;
  const parse = (text: string): number | undefined => {
    const value = /^\d/.test(text) ? parseInteger(text) : names(text);
    return value !== undefined && value < end ? value : undefined;
  };
  return { key, zero: 0, end, bits, parse, doubt };
}

const table = (names: Readonly<Record<string, number>>) => (text: string): number | undefined => (Object.hasOwn(names, text) ? names[text] : undefined);
const none = (): undefined => undefined;

const byHost = (text: string): string => (/^[A-Za-z]/.test(text) ? t('the name `{0}` is looked up when the rules are loaded', text) : t('`{0}` is no address', text));

const ADDRESS: Readonly<Record<Family, Scale>> = {
  4: { key: 'ip', zero: 0, end: 2 ** 32, bits: 32, parse: parseIPv4, doubt: byHost },
  6: { key: 'ip6', zero: 0n, end: 1n << 128n, bits: 128, parse: parseIPv6, doubt: byHost },
};
const noService = (text: string): string => t('`{0}` is no known service', text);
const noProtocol = (text: string): string => t('`{0}` is no known protocol', text);

const PROTOCOL = scale('protocol', 8, protocolNumber, noProtocol);
const PORT = scale('port', 16, (text) => servicePort(text), noService);
const PORT_OF: Readonly<Record<number, Scale>> = {
  6: scale('tcp port', 16, (text) => servicePort(text, 'tcp') ?? servicePort(text), noService),
  17: scale('udp port', 16, (text) => servicePort(text, 'udp') ?? servicePort(text), noService),
};
const ICMP = {
  4: { type: scale('icmp type', 8, table(NFT_ICMP_TYPES), (text) => t('`{0}` is no known ICMP type', text)), code: scale('icmp code', 8, table(NFT_ICMP_CODES), (text) => t('`{0}` is no known ICMP code', text)) },
  6: { type: scale('icmpv6 type', 8, table(NFT_ICMPV6_TYPES), (text) => t('`{0}` is no known ICMPv6 type', text)), code: scale('icmpv6 code', 8, table(NFT_ICMPV6_CODES), (text) => t('`{0}` is no known ICMPv6 code', text)) },
};
const STATES = scale('state', 8, table(CT_STATE_BITS), (text) => t('`{0}` is no known connection state', text));
const FLAGS = scale('flags', 8, table(TCP_FLAG), (text) => t('`{0}` is no known TCP flag', text));
const NFPROTO = scale('nfproto', 8, table({ ipv4: 2, ipv6: 10 }), (text) => t('`{0}` is no known family', text));
const ETHERTYPE = scale('ethertype', 16, table({ ip: 0x800, arp: 0x806, vlan: 0x8100, '8021q': 0x8100, '8021ad': 0x88a8, ip6: 0x86dd }), noProtocol);
const VERSION = scale('version', 4, none, (text) => t('`{0}` is no known version', text));
const FRAGMENT = scale('fragment', 16, none, (text) => t('`{0}` is no known fragment offset', text));

/** The scale on which a subject's values lie; undefined if they are names. */
export function scaleOf(subject: Subject): Scale | undefined {
  switch (subject.kind) {
    case 'address':
      return ADDRESS[subject.family];
    case 'port':
      return (subject.protocol === undefined ? undefined : PORT_OF[subject.protocol]) ?? PORT;
    case 'protocol':
      return PROTOCOL;
    case 'icmp':
      return ICMP[subject.version][subject.what];
    case 'state':
      return STATES;
    case 'flags':
      return FLAGS;
    case 'nfproto':
      return NFPROTO;
    case 'ethertype':
      return ETHERTYPE;
    case 'version4':
    case 'version6':
      return VERSION;
    case 'fragment':
      return FRAGMENT;
    case 'tuple':
      return scaleOf(subject.field);
    default:
      return undefined;
  }
}
